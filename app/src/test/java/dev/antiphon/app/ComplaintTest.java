package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ComplaintTest {
    @Test
    void line_ends_become_blanks_and_control_characters_question_marks() {
        assertThat(Complaint.oneLine(" a\r\n\tb \u001b[31mc\u0000\u202ed ")).isEqualTo("a b ?[31mc??d");
    }

    @Test
    void letters_of_all_alphabets_stay() {
        assertThat(Complaint.oneLine("grüß 你好 😀")).isEqualTo("grüß 你好 😀");
    }

    @Test
    void long_texts_are_cut() {
        assertThat(Complaint.oneLine("x".repeat(100_000))).hasSize(600);
    }

    @Test
    void broken_surrogates_are_replaced() {
        assertThat(Complaint.oneLine("a\ud800b")).isEqualTo("a?b");
    }
}
