package dev.antiphon.transport.websocket.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.TranscriptEntry;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.testkit.simulator.Recording;
import dev.antiphon.testkit.simulator.Replay;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.WebSocketTransport;
import dev.antiphon.transport.websocket.recording.WireRecorder.Destination;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WireRecorderIT {
    private static final String KEY = "wire-recorder-key";

    private final NettyResources resources = NettyResources.create(1);

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        resources.close();
    }

    /** What an application saw. */
    private record Seen(List<String> events, List<String> transcript, String outcome, int code) {}

    @Test
    void a_recorded_conversation_replays_to_the_same_transcript() throws Exception {
        Path file = folder.resolve("call.jsonl");
        Seen then = record(file, Redaction.NONE);

        Replay replay = Replay.of(Recording.read(file)).strict().unpaced();
        Seen now;
        try (RealtimeSimulator again =
                RealtimeSimulator.builder().replay(replay).start()) {
            now = talk(again, Optional.empty());
        }

        assertThat(replay.deviations()).isEmpty();
        assertThat(now).isEqualTo(then);
        assertThat(then.transcript()).contains("Good morning, I am Ada.");
        assertThat(then.events()).contains("response.done");
    }

    @Test
    void a_redacted_recording_replays_to_the_same_course_and_tells_no_content() throws Exception {
        Path file = folder.resolve("call.jsonl");
        Seen then = record(file, Redaction.CONTENT);

        Replay replay = Replay.of(Recording.read(file)).strict().unpaced();
        Seen now;
        try (RealtimeSimulator again =
                RealtimeSimulator.builder().replay(replay).start()) {
            now = talk(again, Optional.empty());
        }

        assertThat(replay.deviations()).isEmpty();
        assertThat(now.events()).isEqualTo(then.events());
        assertThat(now.outcome()).isEqualTo(then.outcome()).isEqualTo("ACKNOWLEDGED");
        assertThat(Files.readString(file))
                .doesNotContain("Ada", "morning", "Be brief", KEY)
                .contains("\"text\":\"xxxx xxxxxxx, x xx xxx.\"")
                .contains("\"redaction\":\"content\"");
    }

    @Test
    void another_text_is_a_deviation() throws Exception {
        Path file = folder.resolve("call.jsonl");
        record(file, Redaction.NONE);

        Replay replay = Replay.of(Recording.read(file)).strict().unpaced();
        try (RealtimeSimulator again =
                        RealtimeSimulator.builder().replay(replay).start();
                RealtimeConversations conversations = conversations(again, Optional.empty())) {
            Conversation conversation = conversations.start(start());
            conversation.sendText("Something else");
            assertThat(conversation
                            .closed()
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS)
                            .code())
                    .isEqualTo(1008);
        }
        assertThat(replay.deviations())
                .singleElement()
                .asString()
                .contains("conversation.item.create with other members");
    }

    @Test
    void a_recording_ends_at_its_limit_and_says_so() throws Exception {
        Path file = folder.resolve("call.jsonl");
        try (WireRecorder recorder = WireRecorder.builder()
                        .into(Destination.file(file))
                        .maxBytes(2_000)
                        .build();
                RealtimeSimulator simulator =
                        RealtimeSimulator.builder().unpaced().start()) {
            talk(simulator, Optional.of(recorder));
        }

        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(lines.size() - 1)).contains("\"event\":\"full\"");
        assertThat(Files.size(file)).isLessThan(2_200);
    }

    @Test
    void lines_that_found_no_room_are_counted_and_the_conversation_does_not_wait() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        StringWriter text = new StringWriter();
        Destination stuck = number -> {
            await(slow);
            return text;
        };
        try (WireRecorder recorder =
                        WireRecorder.builder().into(stuck).maxWaiting(3).build();
                RealtimeSimulator simulator =
                        RealtimeSimulator.builder().unpaced().start()) {
            Seen seen = talk(simulator, Optional.of(recorder));
            assertThat(seen.outcome()).isEqualTo("ACKNOWLEDGED");
            slow.countDown();
            talk(simulator, Optional.of(recorder));
        }

        assertThat(text.toString().lines().filter(line -> line.contains("\"event\":\"closed\"")))
                .hasSize(2);
        assertThat(text.toString()).containsPattern("\"event\":\"gap\",\"lines\":[1-9]");
    }

    @Test
    void a_destination_that_fails_does_not_disturb_the_conversation() throws Exception {
        Destination broken = number -> new Writer() {
            @Override
            public void write(char[] buffer, int offset, int length) throws IOException {
                throw new IOException("the disk is full");
            }

            @Override
            public void flush() {
                // Nothing is kept.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
        try (WireRecorder recorder = WireRecorder.builder().into(broken).build();
                RealtimeSimulator simulator =
                        RealtimeSimulator.builder().unpaced().start()) {
            assertThat(talk(simulator, Optional.of(recorder)).outcome()).isEqualTo("ACKNOWLEDGED");
        }
    }

    @Test
    void a_folder_holds_a_file_for_each_conversation() throws Exception {
        try (WireRecorder recorder =
                        WireRecorder.builder().into(Destination.folder(folder)).build();
                RealtimeSimulator simulator =
                        RealtimeSimulator.builder().unpaced().start()) {
            talk(simulator, Optional.of(recorder));
            talk(simulator, Optional.of(recorder));
        }

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files)
                    .hasSize(2)
                    .allSatisfy(file ->
                            assertThat(Recording.read(file).socketCount()).isEqualTo(1));
        }
    }

    @Test
    void a_recorder_needs_a_destination() {
        assertThatIllegalStateException()
                .isThrownBy(() -> WireRecorder.builder().build())
                .withMessageContaining("into(");
    }

    private Seen record(Path file, Redaction redaction) throws Exception {
        try (WireRecorder recorder = WireRecorder.builder()
                        .into(Destination.file(file))
                        .redaction(redaction)
                        .build();
                RealtimeSimulator simulator =
                        RealtimeSimulator.builder().unpaced().start()) {
            return talk(simulator, Optional.of(recorder));
        }
    }

    private static StartRequest start() {
        return StartRequest.direct(SessionConfig.model("gpt-realtime")
                .instructions("Be brief with Ada.")
                .build());
    }

    private RealtimeConversations conversations(RealtimeSimulator simulator, Optional<WireRecorder> recorder) {
        WebSocketTransport transport = WebSocketTransport.builder(
                        RealtimeEndpoint.builder(simulator.baseUrl().toString())
                                .credentials(Credentials.apiKey(KEY))
                                .build())
                .resources(resources)
                .build();
        return RealtimeConversations.builder()
                .direct(recorder.map(each -> each.around(transport)).orElse(transport))
                .build();
    }

    /** The same conversation each time: a text and its answer. */
    private Seen talk(RealtimeSimulator simulator, Optional<WireRecorder> recorder) throws Exception {
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> done = new CompletableFuture<>();
        try (RealtimeConversations conversations = conversations(simulator, recorder)) {
            Conversation conversation = conversations.start(start(), new ConversationListener() {
                @Override
                public void onEvent(ServerEvent event) {
                    events.add(event.type());
                    if (event.type().equals("response.done")) {
                        done.complete(null);
                    }
                }
            });
            Receipt receipt = conversation.sendText("Good morning, I am Ada.");
            conversation.requestResponse();
            done.get(20, TimeUnit.SECONDS);
            Outcome outcome = receipt.outcome().toCompletableFuture().get(10, TimeUnit.SECONDS);
            List<String> transcript = conversation.transcript().stream()
                    .map(TranscriptEntry::text)
                    .toList();
            conversation.close();
            int code = conversation
                    .closed()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .code();
            int end = events.indexOf("response.done") + 1;
            return new Seen(List.copyOf(events.subList(0, end)), transcript, outcome.name(), code);
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stop) {
            throw new IOException(stop);
        }
    }
}
