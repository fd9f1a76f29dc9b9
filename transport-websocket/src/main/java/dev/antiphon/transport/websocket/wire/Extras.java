package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ExtraMembers;
import dev.antiphon.core.model.RawJson;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Puts extra members back into the object of a typed value. */
final class Extras {
    private Extras() {}

    /** @throws IllegalArgumentException if one of them is not JSON */
    static ObjectNode apply(ExtraMembers extra, ObjectNode to) {
        for (Map.Entry<String, RawJson> member : extra.byPointer().entrySet()) {
            String pointer = member.getKey();
            ObjectNode target = to;
            int from = 1;
            for (int slash = pointer.indexOf('/', from); slash >= 0; slash = pointer.indexOf('/', from)) {
                target = child(target, unescaped(pointer.substring(from, slash)));
                from = slash + 1;
            }
            target.set(unescaped(pointer.substring(from)), Json.trusted(member.getValue()));
        }
        return to;
    }

    private static ObjectNode child(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode child ? child : parent.putObject(name);
    }

    /** RFC 6901 §4. */
    private static String unescaped(String token) {
        return token.replace("~1", "/").replace("~0", "~");
    }
}
