package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonViewTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{} {}", "secret", "[1e400]", "11e1000000756324625"})
    void what_is_not_json_is_refused_without_being_quoted(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonView.parse(text))
                .withMessageNotContaining("secret");
    }

    @Test
    void a_path_that_leads_nowhere_gives_a_missing_view() {
        assertThat(JsonView.parse("{\"a\":[1]}").at("a.1.b").isMissing()).isTrue();
    }

    @Test
    void a_member_is_found_by_its_whole_name_and_a_path_by_its_steps() {
        JsonView view = JsonView.parse("{\"a.b\":1,\"a\":{\"b\":2},\"\":3}");

        assertThat(view.member("a.b").json()).isEqualTo("1");
        assertThat(view.at("a.b").json()).isEqualTo("2");
        assertThat(view.member("").json()).isEqualTo("3");
        assertThat(view.member("b").isMissing()).isTrue();
    }
}
