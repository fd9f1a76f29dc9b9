package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.port.TransportListener;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that an adapter reported about one conversation, checked against the grammar {@code
 * answer? (joining* drainTo event*)* closed} call by call. A broken rule is kept with what was seen
 * and never thrown into the adapter. Safe for use by any thread, which is how overlaps are noticed.
 */
final class CallRecord implements TransportListener {
    /** Kinds of calls that an adapter makes. */
    enum Call {
        ANSWER,
        JOINING,
        DRAIN,
        EVENT,
        CLOSED
    }

    private enum State {
        OPENING,
        ANSWERED,
        JOINING,
        STANDING,
        CLOSED
    }

    private static final int SHOWN = 30;

    private final boolean offered;
    private final Map<Call, Runnable> hooks = new EnumMap<>(Call.class);
    private final Object lock = new Object();

    // Guarded by lock.
    private final List<String> calls = new ArrayList<>();
    private final List<RuleViolation> violations = new ArrayList<>();
    private final List<ServerEvent> events = new ArrayList<>();
    private final List<SdpAnswer> answers = new ArrayList<>();
    private final List<Closure> closures = new ArrayList<>();
    private final List<String> running = new ArrayList<>();
    private State state = State.OPENING;
    private int attempt;
    private int attempts;
    private int drains;

    CallRecord(boolean offered) {
        this.offered = offered;
    }

    /** Runs inside each later call of this kind, on the adapter's thread. Set before the call can come. */
    void during(Call call, Runnable hook) {
        synchronized (lock) {
            hooks.put(call, hook);
        }
    }

    @Override
    public void onAnswer(SdpAnswer answer) {
        report(Call.ANSWER, "answer", () -> {
            if (!answers.isEmpty()) {
                broken(Rule.ANSWER_ONCE, "a second answer");
            } else if (!offered) {
                broken(Rule.NO_OFFER_NO_ANSWER, "an answer although no offer was made");
            } else if (state != State.OPENING && state != State.CLOSED) {
                broken(Rule.ANSWER_FIRST, "the answer came after " + calls.get(0));
            }
            answers.add(answer);
            if (state == State.OPENING) {
                state = State.ANSWERED;
            }
        });
    }

    @Override
    public void onJoining(int number) {
        report(Call.JOINING, "joining(" + number + ")", () -> {
            expectAnswer("joining(" + number + ")");
            int expected = state == State.JOINING ? attempt + 1 : 1;
            if (number != expected && state != State.CLOSED) {
                broken(Rule.ATTEMPTS_COUNT, "joining(" + number + ") where joining(" + expected + ") was due");
            }
            attempt = number;
            attempts++;
            stateUnlessClosed(State.JOINING);
        });
    }

    void onDrain(Runnable drain) {
        report(
                Call.DRAIN,
                "drainTo",
                () -> {
                    expectAnswer("drainTo");
                    drains++;
                    stateUnlessClosed(State.STANDING);
                },
                drain);
    }

    @Override
    public void onEvent(ServerEvent event) {
        String shown = "event(" + (event.eventId().isEmpty() ? event.type() : event.eventId()) + ")";
        report(Call.EVENT, shown, () -> {
            if (state != State.STANDING && state != State.CLOSED) {
                broken(Rule.EVENT_AFTER_DRAIN, shown + " came " + (drains == 0 ? "before drainTo" : "after joining"));
            }
            events.add(event);
        });
    }

    @Override
    public void onClosed(Closure closure) {
        report(Call.CLOSED, "closed(" + closure.initiator() + " " + closure.code() + ")", () -> {
            if (!closures.isEmpty()) {
                broken(Rule.CLOSED_ONCE, "closed was reported " + (closures.size() + 1) + " times");
            }
            closures.add(closure);
            state = State.CLOSED;
        });
    }

    private void expectAnswer(String call) {
        if (offered && answers.isEmpty() && state != State.CLOSED) {
            broken(Rule.ANSWER_FIRST, call + " came before the answer");
        }
    }

    private void stateUnlessClosed(State next) {
        if (state != State.CLOSED) {
            state = next;
        }
    }

    private void report(Call call, String shown, Runnable effect) {
        report(call, shown, effect, () -> {});
    }

    private void report(Call call, String shown, Runnable effect, Runnable body) {
        Runnable hook;
        synchronized (lock) {
            if (!running.isEmpty()) {
                broken(
                        Rule.NO_OVERLAP,
                        shown + " on thread " + Thread.currentThread().getName() + " began while "
                                + running.get(running.size() - 1) + " was running");
            }
            if (state == State.CLOSED && call != Call.CLOSED) {
                broken(Rule.CLOSED_IS_LAST, shown + " came after closed");
            }
            running.add(shown + " on thread " + Thread.currentThread().getName());
            calls.add(shown);
            effect.run();
            hook = hooks.getOrDefault(call, () -> {});
        }
        try {
            hook.run();
            body.run();
        } finally {
            synchronized (lock) {
                running.remove(running.size() - 1);
            }
        }
    }

    private void broken(Rule rule, String observed) {
        violations.add(new RuleViolation(rule, observed, ""));
    }

    Optional<SdpAnswer> answer() {
        synchronized (lock) {
            return answers.stream().findFirst();
        }
    }

    Optional<Closure> closure() {
        synchronized (lock) {
            return closures.stream().findFirst();
        }
    }

    List<ServerEvent> events() {
        synchronized (lock) {
            return List.copyOf(events);
        }
    }

    /** Calls of joining so far, of all joins together. */
    int attempts() {
        synchronized (lock) {
            return attempts;
        }
    }

    int drains() {
        synchronized (lock) {
            return drains;
        }
    }

    List<RuleViolation> violations() {
        synchronized (lock) {
            return List.copyOf(violations);
        }
    }

    /** The calls in their order, long runs shortened in the middle. */
    String transcript() {
        synchronized (lock) {
            if (calls.size() <= SHOWN) {
                return calls.isEmpty() ? "no call" : String.join(" · ", calls);
            }
            List<String> head = calls.subList(0, SHOWN / 2);
            List<String> tail = calls.subList(calls.size() - SHOWN / 2, calls.size());
            return String.join(" · ", head) + " · … " + (calls.size() - SHOWN) + " more … · "
                    + String.join(" · ", tail);
        }
    }
}
