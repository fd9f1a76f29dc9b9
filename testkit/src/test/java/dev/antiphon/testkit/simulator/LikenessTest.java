package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.assistant.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikenessTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'a','event_id':'1'} | {'type':'a','event_id':'2'} | true",
                "{'type':'a','event_id':'1'} | {'type':'a'} | true",
                "{'type':'a'} | {'type':'b'} | false",
                "{'item':{'id':'1','text':'xxx 00'}} | {'item':{'id':'2','text':'Ada 27'}} | true",
                "{'text':'xxx'} | {'text':'Adam'} | false",
                "{'text':'Ada'} | {'text':'Ada'} | true",
                "{'text':'Ada'} | {'text':'Eve'} | false",
                "{'audio':'AAAA'} | {'audio':'9x/z'} | true",
                "{'audio':'AAAA'} | {'audio':'9x/z9x/z'} | false",
                "{'n':1} | {'n':1.0} | true",
                "{'n':1} | {'n':2} | false",
                "{'a':[1,2]} | {'a':[1]} | false",
                "{'a':[1,2]} | {'a':[1,2]} | true",
                "{'a':1} | {'a':1,'b':2} | false",
                "{'a':null} | {'a':null} | true",
            })
    void likeness_leaves_ids_and_masks_aside(String recorded, String now, boolean same) throws Exception {
        assertThat(Likeness.same(
                        Json.parseObject(recorded.replace('\'', '"')), Json.parseObject(now.replace('\'', '"'))))
                .isEqualTo(same);
    }
}
