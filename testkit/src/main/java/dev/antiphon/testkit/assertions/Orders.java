package dev.antiphon.testkit.assertions;

import java.util.List;

/** Questions about order. */
final class Orders {
    private Orders() {}

    /** Whether the wanted ones appear in this order, others between them or not. */
    static boolean contains(List<String> all, List<String> wanted) {
        int found = 0;
        for (String each : all) {
            if (found < wanted.size() && each.equals(wanted.get(found))) {
                found++;
            }
        }
        return found == wanted.size();
    }
}
