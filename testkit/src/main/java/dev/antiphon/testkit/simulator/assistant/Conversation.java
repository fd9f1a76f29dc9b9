package dev.antiphon.testkit.simulator.assistant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The items of a session in list order, which {@code previous_item_id} describes. */
final class Conversation {
    private final String id;
    private final List<Item> items = new ArrayList<>();

    Conversation(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    List<Item> items() {
        return items;
    }

    int size() {
        return items.size();
    }

    Optional<Item> find(String itemId) {
        return items.stream().filter(item -> item.id.equals(itemId)).findFirst();
    }

    Item require(String path, String itemId) throws InvalidEvent {
        return find(itemId).orElseThrow(() -> InvalidEvent.noSuchItem(path, "'" + path + "'"));
    }

    void append(Item item) {
        items.add(item);
    }

    /** @param previous an item id, or {@code root} for the first place */
    void insertAfter(String previous, Item item) throws InvalidEvent {
        if (previous.equals("root")) {
            items.add(0, item);
        } else {
            items.add(items.indexOf(require("previous_item_id", previous)) + 1, item);
        }
    }

    void remove(Item item) {
        items.remove(item);
    }

    /** The id in front of this item; empty for the first. */
    Optional<String> before(Item item) {
        int index = items.indexOf(item);
        return index <= 0 ? Optional.empty() : Optional.of(items.get(index - 1).id);
    }

    Optional<String> lastId() {
        return items.isEmpty() ? Optional.empty() : Optional.of(items.get(items.size() - 1).id);
    }
}
