package dev.antiphon.testkit.simulator.audio;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireAudioTest {
    @Test
    void pcm_comes_back_as_it_was() {
        short[] samples = {0, 1, -1, Short.MAX_VALUE, Short.MIN_VALUE, 12_345, -12_345};

        assertThat(WireAudio.PCM.toSamples(WireAudio.PCM.toWire(samples))).containsExactly(samples);
    }

    @ParameterizedTest
    @EnumSource(names = {"PCMU", "PCMA"})
    void companded_sound_comes_back_within_its_step(WireAudio format) {
        for (int value = Short.MIN_VALUE; value <= Short.MAX_VALUE; value += 37) {
            short sample = (short) value;
            short back = format.toSamples(format.toWire(new short[] {sample, sample, sample}))[0];

            assertThat((double) back)
                    .isBetween(value - 20 - Math.abs(value) / 16.0, value + 20 + Math.abs(value) / 16.0);
        }
    }

    @Test
    void codes_are_those_of_the_recommendation() {
        assertThat(G711.toMuLaw((short) 0)).isEqualTo((byte) 0xff);
        assertThat(G711.toMuLaw(Short.MAX_VALUE)).isEqualTo((byte) 0x80);
        assertThat(G711.toMuLaw(Short.MIN_VALUE)).isEqualTo((byte) 0x00);
        assertThat(G711.toALaw((short) 0)).isEqualTo((byte) 0xd5);
        assertThat(G711.toALaw(Short.MAX_VALUE)).isEqualTo((byte) 0xaa);
        assertThat(G711.toALaw(Short.MIN_VALUE)).isEqualTo((byte) 0x2a);
    }

    @Test
    void bytes_and_time_agree() {
        assertThat(WireAudio.PCM.bytesOf(Duration.ofSeconds(1))).isEqualTo(48_000);
        assertThat(WireAudio.PCMU.millisOf(800)).isEqualTo(100);
    }
}
