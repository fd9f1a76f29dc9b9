package dev.antiphon.core;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Item;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Two threads at once in one conversation, millions of times under every mode of the JIT: what the
 * memory model allows and Lincheck's interleavings cannot show. docs/proofs.md has the command.
 */
public final class EngineStress {
    private EngineStress() {}

    /** One conversation, and how often it was told to have ended. */
    static class Talk {
        final AtomicInteger ends = new AtomicInteger();
        final Wire wire = new Wire();
        final Conversation conversation = wire.start(new ConversationListener() {
            @Override
            public void onClosed(Closure closure) {
                ends.incrementAndGet();
            }
        });
    }

    /** A conversation with one written item. */
    static class Written extends Talk {
        final Receipt receipt;

        Written() {
            wire.stand();
            receipt = conversation.sendText("text");
        }

        void confirm() {
            wire.listener().onEvent(Events.added(new Item.Reference(receipt.itemId())));
        }

        void reject() {
            wire.listener().onEvent(Events.error("bad", receipt.eventId()));
        }

        int outcomes() {
            ConversationSummary.Items items = conversation.summary().texts();
            return (int) (items.acknowledged() + items.rejected() + items.notSent() + items.unknown());
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "refused, or settled by the end")
    @State
    public static class SendAgainstClose extends Talk {
        @Actor
        public void send() {
            conversation.sendText("text");
        }

        @Actor
        public void stop() {
            conversation.close();
        }

        @Arbiter
        public void pending(I_Result result) {
            result.r1 = (int) conversation.summary().texts().pending();
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one end")
    @State
    public static class CloseAgainstClose extends Talk {
        @Actor
        public void one() {
            conversation.close();
        }

        @Actor
        public void other() {
            conversation.close();
        }

        @Arbiter
        public void ends(I_Result result) {
            result.r1 = ends.get();
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one end")
    @State
    public static class CutAgainstClose extends Talk {
        @Actor
        public void cut() {
            wire.listener().onClosed(Closure.byServer(1011, "", true));
        }

        @Actor
        public void stop() {
            conversation.close();
        }

        @Arbiter
        public void ends(I_Result result) {
            result.r1 = ends.get();
        }
    }

    @JCStressTest
    @Outcome(id = "CLOSED", expect = Expect.ACCEPTABLE, desc = "a join never undoes a stop")
    @State
    public static class JoinAgainstClose extends Talk {
        @Actor
        public void join() {
            wire.stand();
        }

        @Actor
        public void stop() {
            conversation.close();
        }

        @Arbiter
        public void phase(L_Result result) {
            result.r1 = conversation.phase();
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one outcome")
    @State
    public static class ConfirmAgainstReject extends Written {
        @Actor
        public void confirmed() {
            confirm();
        }

        @Actor
        public void rejected() {
            reject();
        }

        @Arbiter
        public void settled(I_Result result) {
            result.r1 = outcomes();
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one outcome")
    @State
    public static class ConfirmAgainstLoss extends Written {
        @Actor
        public void confirmed() {
            confirm();
        }

        @Actor
        public void lost() {
            wire.listener().onJoining(1);
        }

        @Arbiter
        public void settled(I_Result result) {
            result.r1 = outcomes();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "every frame is written or dropped")
    @State
    public static class AudioAgainstClose extends Talk {
        private static final AudioData FRAME = AudioData.of(new byte[4]);

        @Actor
        public void offer() {
            conversation.offerAudio(FRAME);
        }

        @Actor
        public void stop() {
            conversation.close();
        }

        @Arbiter
        public void balance(II_Result result) {
            ConversationSummary.Audio audio = conversation.summary().audio();
            result.r1 = (int) audio.offered();
            result.r2 = (int) (audio.offered() - audio.written() - audio.dropped());
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one decision")
    @State
    public static class CompleteAgainstFail {
        private final Promise<String> promise = new Promise<>(Runnable::run);
        private final AtomicInteger decided = new AtomicInteger();

        @Actor
        public void complete() {
            decided.addAndGet(promise.complete("done") ? 1 : 0);
        }

        @Actor
        public void fail() {
            decided.addAndGet(promise.fail(new IllegalStateException("failed")) ? 1 : 0);
        }

        @Arbiter
        public void decisions(I_Result result) {
            result.r1 = decided.get();
        }
    }

    @JCStressTest
    @Outcome(id = "done", expect = Expect.ACCEPTABLE, desc = "whoever looked early hears it too")
    @State
    public static class CompleteAgainstLook {
        private final Promise<String> promise = new Promise<>(Runnable::run);
        private volatile @Nullable CompletionStage<String> seen;

        @Actor
        public void complete() {
            promise.complete("done");
        }

        @Actor
        public void look() {
            seen = promise.stage();
        }

        @Arbiter
        public void told(L_Result result) {
            result.r1 = Objects.requireNonNull(seen).toCompletableFuture().getNow("nothing");
        }
    }

    /** The race that must show: without it the others would prove nothing on this machine. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one outcome, by luck")
    @Outcome(id = "2", expect = Expect.ACCEPTABLE_INTERESTING, desc = "the planted race, found")
    @State
    public static class PlantedDoubleCompletion {
        private volatile boolean settled;
        private final AtomicInteger outcomes = new AtomicInteger();

        @Actor
        public void confirm() {
            settle();
        }

        @Actor
        public void lose() {
            settle();
        }

        private void settle() {
            if (!settled) {
                settled = true;
                outcomes.incrementAndGet();
            }
        }

        @Arbiter
        public void settled(I_Result result) {
            result.r1 = outcomes.get();
        }
    }
}
