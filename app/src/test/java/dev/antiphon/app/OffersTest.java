package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OffersTest {
    @TempDir
    Path folder;

    @Test
    void an_offer_is_kept_byte_for_byte() throws IOException {
        String offer = "v=0\r\ns=grüß \r\nt=0 0\n\n";
        Path file = Files.writeString(folder.resolve("offer.sdp"), offer);

        assertThat(Offers.read(file.toString(), new CapturedConsole().console()).text())
                .isEqualTo(offer);
    }

    @Test
    void a_dash_reads_standard_input() {
        Console console = new CapturedConsole()
                .input("v=0\r\n".getBytes(StandardCharsets.US_ASCII))
                .console();

        assertThat(Offers.read("-", console).text()).isEqualTo("v=0\r\n");
    }

    @Test
    void what_is_no_offer_is_refused_without_its_text() throws IOException {
        assertRefused("", "the SDP offer is blank");
        assertRefused(" \r\n", "the SDP offer is blank");
        assertRefused("{\"sdp\":\"secret\"}", "the first line must be v=0");
        assertRefused("v=0\r\nsecret\0", "NUL");
        assertRefused("v=0\r\n" + "x".repeat(1 << 20), "larger than 1 MiB");
        Path binary = Files.write(folder.resolve("offer.sdp"), new byte[] {'v', '=', '0', '\n', (byte) 0xff});
        assertThatThrownBy(() -> Offers.read(binary.toString(), new CapturedConsole().console()))
                .hasMessageContaining("is not text");
    }

    @Test
    void files_that_cannot_be_read_are_named() {
        assertThatThrownBy(() -> Offers.read(folder.resolve("absent").toString(), new CapturedConsole().console()))
                .isInstanceOf(Complaint.class)
                .hasMessageContaining("absent: there is no such file");
    }

    @Test
    void our_own_offer_is_complete() {
        assertThat(Offers.ofNobody().text())
                .startsWith("v=0\r\n")
                .contains("m=audio ", "m=application ", "a=fingerprint:", "a=ice-pwd:", "a=setup:actpass")
                .endsWith("\r\n");
    }

    private void assertRefused(String offer, String reason) throws IOException {
        Path file = Files.writeString(folder.resolve("offer.sdp"), offer);
        assertThatThrownBy(() -> Offers.read(file.toString(), new CapturedConsole().console()))
                .isInstanceOfSatisfying(
                        Complaint.class,
                        complaint -> assertThat(complaint.exitCode()).isEqualTo(Complaint.USAGE))
                .hasMessageContaining(reason)
                .hasMessageContaining("offer.sdp")
                .hasMessageNotContaining("secret");
    }
}
