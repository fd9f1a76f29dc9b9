package dev.antiphon.testkit.simulator.audio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Turns text into sound that is recognisably speech, without being a speech engine: each syllable is a
 * pulse train through three formant resonators chosen by its vowel, consonants are bursts of noise, and
 * punctuation pauses. The same seed, voice and text give the same samples.
 *
 * <p>Output is 24 kHz mono at about -20 dB of full scale. Stateless and safe for use by any thread.
 */
public final class SpeechSynthesizer {
    private static final int RATE = WireAudio.SAMPLE_RATE;
    private static final String[] BABBLE = {"mala ", "noru ", "tiwe ", "sanda "};
    private static final double TARGET_RMS = 0.1 * Short.MAX_VALUE;

    /** A word with the sound that belongs to it; {@code text} keeps the white space that follows. */
    public static final class SpokenWord {
        private final String text;
        private final short[] samples;

        /** A word and its sound, which is not copied. */
        public SpokenWord(String text, short[] samples) {
            this.text = text;
            this.samples = samples;
        }

        public String text() {
            return text;
        }

        /** The sound itself, not a copy. */
        public short[] samples() {
            return samples;
        }
    }

    private final long seed;

    public SpeechSynthesizer(long seed) {
        this.seed = seed;
    }

    /**
     * Speaks a text word by word. The words' texts joined give the input exactly.
     *
     * @param voice any name; it sets the pitch
     * @param speed 1.0 is normal, 0.25 to 1.5
     */
    public List<SpokenWord> speak(String text, String voice, double speed) {
        SplittableRandom random = new SplittableRandom(seed ^ text.hashCode() ^ (long) voice.hashCode() << 32);
        double pitch = 95 + Math.floorMod(voice.hashCode(), 110);
        List<String> words = words(text);
        List<SpokenWord> spoken = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            double fall = 1.08 - 0.2 * i / Math.max(1, words.size());
            spoken.add(new SpokenWord(words.get(i), word(words.get(i), pitch * fall, speed, random)));
        }
        return spoken;
    }

    /** Speech-like sound of exactly this many milliseconds, rounded down to whole samples. */
    public List<SpokenWord> speakFor(long millis, String voice) {
        List<SpokenWord> spoken = new ArrayList<>();
        long left = millis * RATE / 1_000;
        for (int i = 0; left > 0; i++) {
            SpokenWord word = speak(BABBLE[i % BABBLE.length], voice, 1).get(0);
            short[] samples = Arrays.copyOf(word.samples(), (int) Math.min(left, word.samples().length));
            spoken.add(new SpokenWord(word.text(), samples));
            left -= samples.length;
        }
        return spoken;
    }

    /** Splits after each run of white space; nothing is lost. Long runs without a space are cut. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= text.length(); i++) {
            boolean boundary = i == text.length()
                    || (Character.isWhitespace(text.charAt(i - 1)) && !Character.isWhitespace(text.charAt(i)));
            boolean tooLong = i - start >= 24 && !Character.isLowSurrogate(text.charAt(Math.min(i, text.length() - 1)));
            if (boundary || tooLong) {
                words.add(text.substring(start, i));
                start = i;
            }
        }
        return words;
    }

    private static short[] word(String word, double pitch, double speed, SplittableRandom random) {
        Canvas canvas = new Canvas();
        String letters = word.toLowerCase(Locale.ROOT);
        boolean voiced = false;
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            if (Vowel.isVowel(letter)) {
                if (!voiced) {
                    double accent = 1 + 0.12 * (random.nextDouble() - 0.3);
                    canvas.vowel(Vowel.of(letter), pitch * accent, millis(125 + random.nextInt(50), speed), random);
                }
                voiced = true;
            } else if (Character.isLetterOrDigit(letter)) {
                if (Character.isDigit(letter) || Character.UnicodeScript.of(letter) != Character.UnicodeScript.LATIN) {
                    canvas.vowel(
                            Vowel.values()[letter % Vowel.values().length],
                            pitch,
                            millis(110 + random.nextInt(40), speed),
                            random);
                } else {
                    canvas.consonant(letter, pitch, millis(55, speed), random);
                }
                voiced = false;
            }
        }
        if (canvas.isEmpty()) {
            canvas.silence(millis(60, speed));
        }
        canvas.normalise();
        canvas.silence(millis(pauseAfter(word), speed));
        return canvas.samples();
    }

    private static int pauseAfter(String word) {
        String bare = word.strip();
        if (bare.endsWith(".") || bare.endsWith("?") || bare.endsWith("!")) {
            return 220;
        }
        return bare.endsWith(",") || bare.endsWith(";") || bare.endsWith(":") ? 120 : 35;
    }

    private static int millis(int millis, double speed) {
        return (int) (millis / speed);
    }

    /** First three formants in hertz, as textbooks list them for an adult speaker. */
    private enum Vowel {
        A(730, 1090, 2440),
        E(530, 1840, 2480),
        I(270, 2290, 3010),
        O(570, 840, 2410),
        U(300, 870, 2240);

        private final double first;
        private final double second;
        private final double third;

        Vowel(double first, double second, double third) {
            this.first = first;
            this.second = second;
            this.third = third;
        }

        static boolean isVowel(char letter) {
            return "aeiouyäöüáéíóúàèìòùâêîôûåøæë".indexOf(letter) >= 0;
        }

        static Vowel of(char letter) {
            return switch (letter) {
                case 'e', 'é', 'è', 'ê', 'ë', 'æ', 'ä' -> E;
                case 'i', 'y', 'í', 'ì', 'î' -> I;
                case 'o', 'ó', 'ò', 'ô', 'ö', 'ø', 'å' -> O;
                case 'u', 'ú', 'ù', 'û', 'ü' -> U;
                default -> A;
            };
        }
    }

    /** A growing strip of sound. */
    private static final class Canvas {
        private double[] sound = new double[RATE / 2];
        private int length;

        boolean isEmpty() {
            return length == 0;
        }

        void silence(int millis) {
            ensure(samplesOf(millis));
            length += samplesOf(millis);
        }

        void vowel(Vowel vowel, double pitch, int millis, SplittableRandom random) {
            Resonator[] throat = {
                new Resonator(vowel.first, 80), new Resonator(vowel.second, 100), new Resonator(vowel.third, 140)
            };
            double[] weight = {1.0, 0.55, 0.25};
            int count = samplesOf(millis);
            ensure(count);
            double phase = 0;
            for (int i = 0; i < count; i++) {
                double glide = pitch * (1.04 - 0.08 * i / count);
                phase += glide / RATE;
                double pulse = 0;
                if (phase >= 1) {
                    phase -= 1;
                    pulse = 1;
                }
                double source = pulse + 0.01 * (random.nextDouble() - 0.5);
                double out = 0;
                for (int f = 0; f < throat.length; f++) {
                    out += weight[f] * throat[f].next(source);
                }
                sound[length + i] = out * envelope(i, count);
            }
            length += count;
        }

        void consonant(char letter, double pitch, int millis, SplittableRandom random) {
            boolean nasal = "mnlrwjv".indexOf(letter) >= 0;
            if (nasal) {
                vowel(Vowel.U, pitch * 0.95, millis, random);
                return;
            }
            boolean hissing = "sczfxh".indexOf(letter) >= 0;
            int count = samplesOf(millis);
            int from = hissing ? 0 : count / 2;
            Resonator mouth = new Resonator(hissing ? 5_200 : 2_100, hissing ? 1_800 : 900);
            ensure(count);
            for (int i = from; i < count; i++) {
                double noise = mouth.next(random.nextDouble() - 0.5);
                sound[length + i] = 0.12 * noise * envelope(i - from, count - from);
            }
            length += count;
        }

        /** Brings the strip to a comfortable level without clipping. */
        void normalise() {
            double sum = 0;
            double peak = 1e-9;
            for (int i = 0; i < length; i++) {
                sum += sound[i] * sound[i];
                peak = Math.max(peak, Math.abs(sound[i]));
            }
            double rms = Math.sqrt(sum / Math.max(1, length));
            double gain = rms == 0 ? 0 : Math.min(TARGET_RMS / rms, 0.9 * Short.MAX_VALUE / peak);
            for (int i = 0; i < length; i++) {
                sound[i] *= gain;
            }
        }

        short[] samples() {
            short[] samples = new short[length];
            for (int i = 0; i < length; i++) {
                samples[i] = (short) Math.round(sound[i]);
            }
            return samples;
        }

        private void ensure(int more) {
            if (length + more > sound.length) {
                sound = Arrays.copyOf(sound, Math.max(length + more, sound.length * 2));
            }
        }

        private static int samplesOf(int millis) {
            return millis * RATE / 1000;
        }

        private static double envelope(int i, int count) {
            double rise = Math.min(1, i / (0.12 * count + 1));
            double fall = Math.min(1, (count - i) / (0.25 * count + 1));
            return rise * fall;
        }
    }

    /** A two-pole resonator. */
    private static final class Resonator {
        private final double a;
        private final double b;
        private final double c;
        private double y1;
        private double y2;

        Resonator(double hertz, double bandwidth) {
            double r = Math.exp(-Math.PI * bandwidth / RATE);
            b = 2 * r * Math.cos(2 * Math.PI * hertz / RATE);
            c = -r * r;
            a = 1 - b - c;
        }

        double next(double x) {
            double y = a * x + b * y1 + c * y2;
            y2 = y1;
            y1 = y;
            return y;
        }
    }
}
