package dev.antiphon.testkit.simulation;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.NotWrittenException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A writer with one defect. */
final class BuggyWriter implements InputWriter {
    private static final int EVERY = 4;

    private final PlantedBug bug;
    private final InputWriter writer;
    private final SimulatedWorld world;
    private int items;

    BuggyWriter(PlantedBug bug, InputWriter writer, SimulatedWorld world) {
        this.bug = bug;
        this.writer = writer;
        this.world = world;
    }

    @Override
    public CompletionStage<Void> write(ClientEvent event) {
        boolean isItem = event instanceof ClientEvent.ConversationItemCreate;
        boolean isFrame = event instanceof ClientEvent.InputAudioBufferAppend;
        boolean struck = isItem && ++items % EVERY == 0;
        return switch (bug) {
            case EVENT_WRITTEN_TWICE -> struck ? twice(event) : writer.write(event);
            case FRAME_WRITTEN_TWICE -> isFrame ? twice(event) : writer.write(event);
            case EVENT_SWALLOWED -> struck ? CompletableFuture.completedFuture(null) : writer.write(event);
            case EVENTS_CHANGE_PLACES -> struck ? later(event, Duration.ofMillis(30)) : writer.write(event);
            case AUDIO_FIRST -> isItem ? later(event, Duration.ofMillis(60)) : writer.write(event);
            case DOUBT_DENIED -> disguised(event, true);
            case DOUBT_INVENTED -> disguised(event, false);
            default -> writer.write(event);
        };
    }

    private CompletionStage<Void> twice(ClientEvent event) {
        var unused = writer.write(event);
        return writer.write(event);
    }

    /** Says written at once and writes after a while. */
    private CompletionStage<Void> later(ClientEvent event, Duration pause) {
        var unusedTimer = world.clock()
                .schedule(
                        pause,
                        () -> writer.executor().execute(() -> {
                            var unusedStage = writer.write(event);
                            writer.flush();
                        }));
        return CompletableFuture.completedFuture(null);
    }

    private CompletionStage<Void> disguised(ClientEvent event, boolean asNotWritten) {
        CompletableFuture<Void> told = new CompletableFuture<>();
        var unused = writer.write(event).whenComplete((none, failure) -> {
            if (failure == null) {
                told.complete(null);
            } else {
                told.completeExceptionally(
                        asNotWritten ? new NotWrittenException("surely not") : new IllegalStateException("who knows"));
            }
        });
        return told;
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public int windowBytes() {
        return writer.windowBytes();
    }

    @Override
    public Executor executor() {
        return writer.executor();
    }
}
