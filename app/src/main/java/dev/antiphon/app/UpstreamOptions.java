package dev.antiphon.app;

import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command that talks to a server. */
final class UpstreamOptions {
    @Option(
            names = "--upstream",
            paramLabel = "URL",
            required = true,
            description = "Base URL of the server, https://api.openai.com/v1 for example.")
    private String url = "";

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "File that holds the API key. Without it the key comes from the environment variable"
                    + " OPENAI_API_KEY; it is never an argument.")
    private Optional<Path> apiKeyFile = Optional.empty();

    @Option(
            names = "--allow-plaintext",
            description = "Lets http: and ws: reach other machines than this one. Anyone on the way can then read the"
                    + " key and the conversation.")
    private boolean allowPlaintext;

    /**
     * The endpoint that the options describe.
     *
     * @throws Complaint if there is no usable key or the URL cannot be used
     */
    RealtimeEndpoint read(Console console) {
        ApiKey key = ApiKey.read(console, apiKeyFile);
        RealtimeEndpoint.Builder endpoint = RealtimeEndpoint.builder(url).credentials(Credentials.apiKey(key.value()));
        if (allowPlaintext) {
            endpoint.allowPlaintext();
        }
        try {
            return endpoint.build();
        } catch (IllegalArgumentException refused) {
            throw Complaint.usage("--upstream cannot be used: " + refused.getMessage());
        }
    }
}
