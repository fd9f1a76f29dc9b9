package dev.antiphon.app;

import com.google.inject.Inject;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.recording.Redaction;
import dev.antiphon.transport.websocket.recording.WireRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code talk}: one conversation with a server. */
@Command(
        name = "talk",
        header = "Holds one conversation with a server.",
        sortOptions = false,
        description = {
            "",
            "Without --offer it goes over one direct WebSocket; with the SDP offer of a WebRTC"
                    + " peer a call is created, its answer shown at once and the control socket joined behind it.",
            "",
            "Texts are sent in order as soon as the conversation exists, before any join, and a response is asked for;"
                    + " audio is spoken in real time. Without --for it ends when the reply to the last of them is done,"
                    + " or after 30 seconds."
        })
final class TalkCommand implements Callable<Integer> {
    private final Console console;
    private final StopSignal stop;
    private final Switchboard.Factory switchboards;

    @Mixin
    private UpstreamOptions upstream = new UpstreamOptions();

    @Mixin
    private SessionOptions session = new SessionOptions();

    @Option(
            names = "--offer",
            paramLabel = "FILE",
            description = "SDP offer of a WebRTC peer, relayed byte for byte; - reads standard input.")
    private Optional<String> offer = Optional.empty();

    @Option(names = "--audio", paramLabel = "FILE.wav", description = "Speech to be spoken: PCM, 16 bit, 24 kHz, mono.")
    private Optional<Path> audio = Optional.empty();

    @Option(names = "--text", paramLabel = "T", description = "Something to say; may be repeated.")
    private List<String> texts = List.of();

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "How long to talk: 500ms, 10s, 2m, PT1.5S.")
    private Optional<Duration> length = Optional.empty();

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "Writes what crossed the wire, without its content: words, sound and keys are masked.")
    private Optional<Path> recording = Optional.empty();

    @Option(names = "--record-content", description = "With --record: the words and the sound too.")
    private boolean recordContent;

    @Option(names = "--json", description = "Prints one JSON object a line, for programs.")
    private boolean json;

    @Inject
    TalkCommand(Console console, StopSignal stop, Switchboard.Factory switchboards) {
        this.console = console;
        this.stop = stop;
        this.switchboards = switchboards;
    }

    @Override
    public Integer call() throws InterruptedException {
        TalkPlan plan = plan();
        RealtimeEndpoint endpoint = upstream.read(console);
        Optional<WireRecorder> recorder = recorder();
        Switchboard switchboard = switchboards.to(endpoint, recorder);
        Optional<String> failure;
        try (switchboard) {
            Talk talk = new Talk(plan, report());
            stop.onRaise(talk::stop);
            failure = talk.run(listener -> switchboard.conversations().start(plan.start(), listener));
        } finally {
            recorder.ifPresent(WireRecorder::close);
        }
        Optional<String> left = switchboard.leftBehind();
        if (failure.isPresent()) {
            throw Complaint.failed(
                    failure.get() + left.map(advice -> "; " + advice).orElse(""));
        }
        left.ifPresent(console::warn);
        return 0;
    }

    private Optional<WireRecorder> recorder() {
        if (recordContent && recording.isEmpty()) {
            throw Complaint.usage("--record-content means nothing without --record FILE");
        }
        return recording.map(file -> {
            try {
                Files.newBufferedWriter(file).close();
            } catch (IOException unwritable) {
                throw Complaint.usage("cannot write the recording " + Reasons.of(unwritable, file));
            }
            return WireRecorder.builder()
                    .into(WireRecorder.Destination.file(file))
                    .redaction(recordContent ? Redaction.NONE : Redaction.CONTENT)
                    .build();
        });
    }

    private TalkReport report() {
        Stopwatch watch = new Stopwatch();
        return json
                ? new JsonReport(new JsonLines(console.out()), watch)
                : new TimelineReport(new Timeline(console.out(), console.terminal()), watch);
    }

    private TalkPlan plan() {
        if (texts.stream().anyMatch(String::isEmpty)) {
            throw Complaint.usage("--text '' says nothing: give a text that is not empty");
        }
        return new TalkPlan(
                new StartRequest(session.read(), offer.map(name -> Offers.read(name, console))),
                texts,
                List.of(),
                audio.map(WavFile::read),
                TalkPlan.Order.TOGETHER,
                length);
    }
}
