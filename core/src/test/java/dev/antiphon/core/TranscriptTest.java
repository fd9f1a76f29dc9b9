package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a transcript makes of items, deltas and dones, in whatever order they come. */
class TranscriptTest {
    private final Transcript transcript = new Transcript();

    private static Item.Message message(String id, ContentPart... parts) {
        return new Item.Message(id, Role.USER, List.of(parts));
    }

    private static ContentPart text(String text) {
        return new ContentPart.InputText(text);
    }

    private List<String> lines() {
        return transcript.entries().stream()
                .map(entry -> entry.itemId() + " " + entry.text() + (entry.isComplete() ? "" : " …"))
                .toList();
    }

    private void say(String itemId) {
        transcript.onDone(itemId, Role.USER, 0, "said");
    }

    @Test
    void item_tells_the_text_of_all_its_parts() {
        transcript.onItem(
                message(
                        "a",
                        text("one "),
                        new ContentPart.OutputText("two "),
                        new ContentPart.Audio("output_audio", Optional.empty(), Optional.of("three"))),
                "",
                true);

        assertThat(lines()).containsExactly("a one two three");
        assertThat(transcript.entries().get(0).role()).isEqualTo(Role.USER);
    }

    @Test
    void item_that_is_not_done_is_not_complete_and_one_without_text_never() {
        transcript.onItem(message("a", text("one")), "", false);
        transcript.onItem(message("b"), "", true);
        transcript.onDelta("b", Role.USER, 0, "two");

        assertThat(lines()).containsExactly("a one …", "b two …");
    }

    @Test
    void done_item_stays_complete_when_it_is_told_again() {
        transcript.onItem(message("a", text("one")), "", true);
        transcript.onItem(message("a", text("one")), "", false);

        assertThat(lines()).containsExactly("a one");
    }

    @Test
    void item_without_text_leaves_what_was_heard_of_it() {
        transcript.onDelta("a", Role.ASSISTANT, 0, "heard");
        transcript.onItem(message("a", text("")), "", false);

        assertThat(lines()).containsExactly("a heard …");
        assertThat(transcript.entries().get(0).role()).isEqualTo(Role.USER);
    }

    @Test
    void part_without_words_keeps_its_place() {
        transcript.onItem(
                message("a", new ContentPart.UnrecognizedPart("smell", new RawJson("{}")), text("seen")), "", false);
        transcript.onDone("a", Role.USER, 1, "looked at");

        assertThat(lines()).containsExactly("a looked at");
    }

    @Test
    void nameless_items_and_parts_that_no_server_has_are_passed_over() {
        transcript.onItem(message("", text("one")), "", true);
        transcript.onCommitted("", "");
        for (int part : new int[] {-1, 64}) {
            transcript.onDelta("a", Role.USER, part, "two");
            transcript.onDone("a", Role.USER, part, "two");
        }
        transcript.onDelta("", Role.USER, 0, "two");
        transcript.onDone("", Role.USER, 0, "two");
        transcript.onDelta("b", Role.USER, 63, "last");
        transcript.onDone("c", Role.USER, 63, "last");

        assertThat(lines()).containsExactly("b last …", "c last");
    }

    @Test
    void items_with_more_parts_than_are_kept_tell_the_first_64() {
        ContentPart[] parts = new ContentPart[65];
        Arrays.fill(parts, text("x"));

        transcript.onItem(message("a", parts), "", true);

        assertThat(transcript.entries().get(0).text()).hasSize(64);
    }

    @Test
    void item_stands_behind_the_one_that_it_follows() {
        say("a");
        say("c");
        transcript.onItem(message("b", text("said")), "a", true);
        transcript.onCommitted("d", "b");
        say("d");

        assertThat(lines()).containsExactly("a said", "b said", "d said", "c said");
    }

    @Test
    void item_that_came_before_the_one_it_follows_moves_behind_it() {
        transcript.onCommitted("b", "a");
        transcript.onCommitted("y", "x");
        say("b");
        say("y");
        say("c");
        say("a");
        say("x");

        assertThat(lines()).containsExactly("c said", "a said", "b said", "x said", "y said");
    }

    @Test
    void place_is_told_once() {
        say("a");
        say("b");
        say("c");
        transcript.onCommitted("c", "a");
        transcript.onCommitted("c", "b");

        assertThat(lines()).containsExactly("a said", "c said", "b said");
    }

    @Test
    void item_that_follows_itself_stays_where_it_is() {
        say("a");
        transcript.onCommitted("a", "a");
        say("b");

        assertThat(lines()).containsExactly("a said", "b said");
    }

    @Test
    void call_of_a_tool_says_nothing_and_others_follow_it() {
        transcript.onItem(new Item.FunctionCall("call", "call_1", "tool", "{}"), "", true);
        say("z");
        transcript.onCommitted("a", "call");
        say("a");

        assertThat(lines()).containsExactly("a said", "z said");
    }

    @Test
    void truncated_item_is_complete_and_deleted_one_gone() {
        transcript.onDelta("a", Role.ASSISTANT, 0, "cut");
        transcript.onDelta("b", Role.ASSISTANT, 0, "gone");

        transcript.onTruncated("a");
        transcript.onDeleted("b");
        transcript.onTruncated("nobody");
        transcript.onDeleted("nobody");

        assertThat(lines()).containsExactly("a cut");
    }

    @Test
    void oldest_of_more_than_4096_items_is_forgotten() {
        for (int i = 0; i < 4_096; i++) {
            say("item_" + i);
        }
        assertThat(transcript.entries()).hasSize(4_096);

        say("newest");

        assertThat(transcript.entries())
                .hasSize(4_096)
                .first()
                .extracting(TranscriptEntry::itemId)
                .isEqualTo("item_1");
    }

    @Test
    void entry_shows_how_much_was_said_and_not_what() {
        say("a");

        assertThat(transcript.entries().get(0))
                .asString()
                .contains("a", "4 characters")
                .doesNotContain("said");
    }
}
