package dev.antiphon.testkit.assertions;

import dev.antiphon.testkit.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about the client events that arrived somewhere. An event is named by its type, {@code
 * "session.update"}, or, where it carries a text or an output, by those words: {@code received("session.update",
 * "Good morning")}.
 *
 * @param <S> the assertion's own type
 * @param <A> what it is about
 */
public abstract class WireAssert<S extends WireAssert<S, A>, A> extends AbstractAssert<S, A> {
    private static final int SHOWN = 60;

    private Patience patience = new Patience(Duration.ofSeconds(10));

    WireAssert(A actual, Class<S> self) {
        super(actual, self);
    }

    /** Client events that arrived so far. */
    abstract List<Seen> arrived();

    /** Everything that happened, one line each, for a failure text. */
    abstract List<String> happened();

    /** How long the assertions behind this one wait. */
    public S within(Duration limit) {
        patience = new Patience(limit);
        return myself;
    }

    Patience patience() {
        return patience;
    }

    /** Exactly these client events arrived, in this order. Appended audio does not count, unless it is named. */
    public S received(String... typesOrTexts) {
        List<String> expected = List.of(typesOrTexts);
        patience.until(() -> counted(expected).size() >= expected.size());
        List<Seen> seen = counted(expected);
        boolean same = seen.size() == expected.size();
        for (int index = 0; same && index < expected.size(); index++) {
            same = seen.get(index).is(expected.get(index));
        }
        if (!same) {
            throw failure("to have received exactly " + quoted(expected));
        }
        return myself;
    }

    private List<Seen> counted(List<String> expected) {
        return arrived().stream()
                .filter(seen -> expected.contains(Seen.AUDIO) || !seen.type().equals(Seen.AUDIO))
                .toList();
    }

    /** These client events arrived in this order, others before, between and behind them. */
    public S receivedInOrder(String... typesOrTexts) {
        List<String> expected = List.of(typesOrTexts);
        if (!patience.until(() -> missing(expected).isEmpty())) {
            throw failure("to have received " + quoted(expected) + " in this order, but found no "
                    + quoted(missing(expected).subList(0, 1)) + " behind what came before");
        }
        return myself;
    }

    private List<String> missing(List<String> expected) {
        List<String> left = new ArrayList<>(expected);
        for (Seen seen : arrived()) {
            if (!left.isEmpty() && seen.is(left.get(0))) {
                left.remove(0);
            }
        }
        return left;
    }

    /**
     * Begins the proof that something did not happen: it names a marker that arrives afterwards.
     *
     * <pre>{@code
     * assertThat(socket).hasNotReceived("response.create").until("Good morning");
     * }</pre>
     */
    public Absence<S> hasNotReceived(String typeOrText) {
        return new Absence<>(myself, typeOrText);
    }

    /**
     * What must not have arrived before a marker.
     *
     * @param <S> the assertion to go on with
     */
    public static final class Absence<S extends WireAssert<S, ?>> {
        private final S wire;
        private final String unwanted;

        private Absence(S wire, String unwanted) {
            this.wire = wire;
            this.unwanted = unwanted;
        }

        /** Waits for the marker; nothing that was unwanted arrived before it. */
        public S until(String marker) {
            wire.receivedInOrder(marker);
            for (Seen seen : wire.arrived()) {
                if (seen.is(unwanted)) {
                    throw wire.failure("not to have received \"" + unwanted + "\" before \"" + marker + "\"");
                } else if (seen.is(marker)) {
                    break;
                }
            }
            return wire;
        }
    }

    AssertionError failure(String expectation) {
        List<String> all = happened();
        List<String> newest = all.subList(Math.max(0, all.size() - SHOWN), all.size());
        String hidden = newest.size() < all.size() ? "\n  (" + (all.size() - newest.size()) + " earlier entries)" : "";
        String there = newest.isEmpty() ? "\n  (nothing)" : "\n  " + String.join("\n  ", newest);
        return failure(
                "%s",
                "expected " + described() + " " + expectation + " within "
                        + patience.limit().toMillis() + " ms; there was:" + hidden + there);
    }

    abstract String described();

    private static String quoted(List<String> words) {
        return words.stream().map(word -> "\"" + word + "\"").collect(Collectors.joining(", "));
    }
}
