package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.ExtraMembers;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.McpServer;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.ResponseConfig;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.Tool;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All extra members anywhere inside a value, found by walking its records. */
final class ExtraMembersIn {
    private ExtraMembersIn() {}

    static Map<String, RawJson> of(Object value) {
        Map<String, RawJson> found = new LinkedHashMap<>();
        walk(value, "", found);
        return found;
    }

    private static void walk(Object value, String path, Map<String, RawJson> found) {
        if (value instanceof ExtraMembers extra) {
            extra.byPointer().forEach((pointer, raw) -> found.put(path + pointer, raw));
        } else if (value instanceof Optional<?> optional) {
            optional.ifPresent(inner -> walk(inner, path, found));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                walk(list.get(i), path + "/" + i, found);
            }
        } else if (value instanceof SessionConfig config) {
            walk(config.extra(), path, found);
            walk(config.tools(), path + "/tools", found);
        } else if (value instanceof ResponseConfig config) {
            walk(config.extra(), path, found);
            walk(config.tools(), path + "/tools", found);
            walk(config.input(), path + "/input", found);
        } else if (value instanceof Item.UnrecognizedItem
                || value instanceof ContentPart.UnrecognizedPart
                || value instanceof Tool.UnrecognizedTool) {
            found.put(path + "/unrecognized", new RawJson("0"));
        } else if (value instanceof ClientEvent
                || value instanceof Item
                || value instanceof ContentPart
                || value instanceof Tool
                || value instanceof McpServer) {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                try {
                    walk(component.getAccessor().invoke(value), path + "/" + component.getName(), found);
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError("a record component that cannot be read", e);
                }
            }
        }
    }
}
