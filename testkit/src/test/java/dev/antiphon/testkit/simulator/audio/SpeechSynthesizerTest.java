package dev.antiphon.testkit.simulator.audio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.audio.SpeechSynthesizer.SpokenWord;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeechSynthesizerTest {
    private final SpeechSynthesizer synthesizer = new SpeechSynthesizer(1);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "hello",
                "  two  words ",
                "Проверьте адрес, 42!",
                "👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀",
                "averyveryverylongwordwithoutanyspaceatallinit",
                "..."
            })
    void words_joined_are_the_text(String text) {
        assertThat(synthesizer.speak(text, "marin", 1).stream()
                        .map(SpokenWord::text)
                        .collect(Collectors.joining()))
                .isEqualTo(text);
    }

    @Test
    void same_seed_gives_the_same_sound_and_another_voice_does_not() {
        short[] first = sound(synthesizer.speak("hello there", "marin", 1));

        assertThat(sound(new SpeechSynthesizer(1).speak("hello there", "marin", 1)))
                .isEqualTo(first);
        assertThat(sound(synthesizer.speak("hello there", "cedar", 1))).isNotEqualTo(first);
        assertThat(sound(new SpeechSynthesizer(2).speak("hello there", "marin", 1)))
                .isNotEqualTo(first);
    }

    @Test
    void longer_text_takes_longer_and_speed_shortens_it() {
        int words = sound(synthesizer.speak("one two three four", "marin", 1)).length;

        assertThat(words).isGreaterThan(2 * sound(synthesizer.speak("one", "marin", 1)).length);
        assertThat(sound(synthesizer.speak("one two three four", "marin", 1.5)).length)
                .isBetween(words / 2, words * 3 / 4);
    }

    @Test
    void speech_has_syllables_and_is_found_by_the_detector() {
        short[] speech = sound(synthesizer.speak("banana banana banana", "marin", 1));
        int[] started = {0};
        SpeechDetector detector = new SpeechDetector(new SpeechDetector.Listener() {
            @Override
            public void onSpeechStarted(long onsetMillis) {
                started[0]++;
            }

            @Override
            public void onSpeechStopped(long nowMillis) {
                throw new AssertionError("there is no pause in this text");
            }
        });

        detector.hear(speech);

        assertThat(started[0]).isEqualTo(1);
        assertThat(dipsIn(speech)).isGreaterThanOrEqualTo(6);
    }

    /** How often the loudness falls to less than a third of its mean, in windows of 10 ms. */
    private static int dipsIn(short[] sound) {
        int window = 240;
        double[] levels = new double[sound.length / window];
        double mean = 0;
        for (int i = 0; i < levels.length; i++) {
            for (int k = 0; k < window; k++) {
                levels[i] += Math.abs(sound[i * window + k]) / (double) window;
            }
            mean += levels[i] / levels.length;
        }
        int dips = 0;
        for (int i = 1; i < levels.length; i++) {
            dips += levels[i] < mean / 3 && levels[i - 1] >= mean / 3 ? 1 : 0;
        }
        return dips;
    }

    private static short[] sound(List<SpokenWord> words) {
        short[] all =
                new short[words.stream().mapToInt(word -> word.samples().length).sum()];
        int at = 0;
        for (SpokenWord word : words) {
            System.arraycopy(word.samples(), 0, all, at, word.samples().length);
            at += word.samples().length;
        }
        return all;
    }
}
