package dev.antiphon.app;

import com.google.inject.Inject;
import dev.antiphon.transport.websocket.wire.Dialects;
import dev.antiphon.transport.websocket.wire.EventLines;
import dev.antiphon.transport.websocket.wire.Inspection;
import dev.antiphon.transport.websocket.wire.Inspector;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code inspect}: what would become of recorded events. */
@Command(
        name = "inspect",
        header = "Looks at recorded events as a conversation would.",
        sortOptions = false,
        description = {
            "",
            "Reads recorded events, one to a line, with the codec that conversations use, and prints one line for each:"
                    + " whether it is accepted, kept although unknown, or no valid event, and what it says written"
                    + " anew.",
            "",
            "Lines of talk --record and talk --json tell themselves who sent their event; those without one are"
                    + " passed over.",
            "",
            "Exits with 0 whatever the events are: they are what is looked at."
        })
final class InspectCommand implements Callable<Integer> {
    /** Who sent the events. */
    enum Direction {
        SERVER,
        CLIENT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Console console;
    private final Inspector server = Inspector.ofServerEvents(Dialects.realtime());
    private final Inspector client = Inspector.ofClientEvents();

    @Option(
            names = "--direction",
            paramLabel = "D",
            defaultValue = "SERVER",
            description = "Who sent events whose lines do not say, and whose audio is wanted: ${COMPLETION-CANDIDATES};"
                    + " server by default.")
    private Direction direction = Direction.SERVER;

    @Option(names = "--pretty", description = "Lays each event out over several lines, for people.")
    private boolean pretty;

    @Option(
            names = "--audio-out",
            paramLabel = "FILE.wav",
            description =
                    "Also writes the audio of that side, one event after the other, to a WAV file in the format it came in:"
                            + " PCM or G.711.")
    private Optional<Path> audioOut = Optional.empty();

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "-",
            description = "The recording; - or nothing reads standard input.")
    private String file = "-";

    @Inject
    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        AudioCollector audio = new AudioCollector(direction);
        if (file.equals("-")) {
            inspect(console.in(), audio);
        } else {
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                inspect(in, audio);
            } catch (IOException unreadable) {
                throw Complaint.usage("cannot read the recording " + Reasons.of(unreadable, Path.of(file)));
            }
        }
        audioOut.ifPresent(audio::write);
        return 0;
    }

    private void inspect(InputStream in, AudioCollector audio) {
        EventLines recording = new EventLines(in);
        JsonLines lines = new JsonLines(console.out());
        long number = 0;
        try {
            for (Optional<byte[]> line = recording.next(); line.isPresent(); line = recording.next()) {
                number++;
                Optional<RecordedLine> recorded = RecordedLine.read(line.get());
                if (recorded.isPresent() && recorded.get().event().isEmpty()) {
                    if (audioOut.isPresent() && recorded.get().masked()) {
                        console.warn("the recording is masked: its audio has the length of what was said and not the"
                                + " sound; talk --record-content keeps it");
                    }
                    continue;
                }
                Direction sender = recorded.map(RecordedLine::direction).orElse(direction);
                Inspection inspection = inspectorOf(sender)
                        .inspect(recorded.flatMap(RecordedLine::event).orElse(line.get()));
                if (pretty) {
                    printPretty(number, inspection);
                } else {
                    lines.write(describe(number, inspection));
                }
                if (audioOut.isPresent()) {
                    audio.add(sender, inspection);
                }
            }
        } catch (IOException broken) {
            throw Complaint.failed("reading stopped after line " + number + ": " + broken.getMessage());
        }
    }

    private Inspector inspectorOf(Direction sender) {
        return sender == Direction.SERVER ? server : client;
    }

    private static ObjectNode describe(long number, Inspection inspection) {
        ObjectNode line = JsonLines.object()
                .put("line", number)
                .put("outcome", inspection.outcome().toString())
                .put("type", inspection.type());
        inspection.json().ifPresentOrElse(json -> line.set("json", JsonLines.parse(json)), () -> line.putNull("json"));
        if (inspection.outcome() == Inspection.Outcome.DECODE_ERROR) {
            line.put("reason", inspection.reason());
        }
        return line;
    }

    private void printPretty(long number, Inspection inspection) {
        Ink ink = console.terminal().ink();
        String outcome = inspection.outcome().toString();
        String painted = switch (inspection.outcome()) {
            case ACCEPTED -> ink.good(outcome);
            case UNKNOWN_KEPT -> ink.voice(outcome);
            case DECODE_ERROR -> ink.bad(outcome);
        };
        StringBuilder text = new StringBuilder();
        text.append(ink.quiet(number + ":")).append(' ').append(painted).append(' ');
        text.append(ink.strong(Complaint.oneLine(inspection.type()))).append('\n');
        inspection.prettyJson().ifPresentOrElse(text::append, () -> text.append(inspection.reason()));
        console.out().print(text.append("\n\n"));
        console.out().flush();
    }
}
