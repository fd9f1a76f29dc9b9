package dev.antiphon.testkit.simulator;

/** The media side of one call. */
public interface MediaLeg extends AutoCloseable {
    /** No media at all. */
    MediaLeg NONE = of("");

    /** An answer without anything behind it. */
    static MediaLeg of(String answer) {
        return new MediaLeg() {
            @Override
            public String answer() {
                return answer;
            }

            @Override
            public void close() {
                // There is nothing to release.
            }
        };
    }

    /** The SDP answer. */
    String answer();

    /** The call is over. Called at least once, on the simulator's thread; must not block. */
    @Override
    void close();
}
