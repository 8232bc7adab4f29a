package kontiki.kvstore.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.mvcc.AuthState;
import kontiki.kvstore.mvcc.Identity;
import kontiki.kvstore.server.StartException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With keys that openssl makes. */
class JwtTokensTest {
  @TempDir Path directory;

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource clock = () -> now;

  @ParameterizedTest
  @CsvSource({
    "RS256, RSA, rsa_keygen_bits:2048",
    "RS512, RSA, rsa_keygen_bits:2048",
    "PS256, RSA, rsa_keygen_bits:2048",
    "PS384, RSA, rsa_keygen_bits:2048",
    "ES256, EC, ec_paramgen_curve:P-256",
    "ES384, EC, ec_paramgen_curve:P-384",
    "ES512, EC, ec_paramgen_curve:P-521",
    "EdDSA, ED25519, ''"
  })
  void aTokenIsGoodForWhoeverHasTheKey(String method, String kind, String option)
      throws IOException, InterruptedException {
    key("a", kind, option);
    key("b", kind, option);
    JwtTokens signer = tokens("sign-method=" + method + ",priv-key=" + file("a.key"));
    JwtTokens checker = tokens("sign-method=" + method + ",pub-key=" + file("a.pub"));
    JwtTokens other = tokens("sign-method=" + method + ",pub-key=" + file("b.pub"));
    String token = signer.sign("änn \"x\"", 17);
    Identity ann = new Identity("änn \"x\"", 17);
    assertThat(signer.bearer(token, AuthState.INITIAL)).isEqualTo(ann);
    assertThat(checker.bearer(token, AuthState.INITIAL)).isEqualTo(ann);
    assertThat(other.bearer(token, AuthState.INITIAL)).isNull();
    assertThatThrownBy(() -> checker.sign("ann", 1)).hasMessage(EtcdError.VERIFY_ONLY.message());
    assertThatThrownBy(() ->
            tokens(
                "sign-method="
                    + method
                    + ",priv-key="
                    + file("a.key")
                    + ",pub-key="
                    + file("b.pub")))
        .hasMessageContaining("not a pair");
  }

  @Test
  void itEndsAndCannotBeChanged() throws IOException, InterruptedException {
    key("a", "EC", "ec_paramgen_curve:P-256");
    JwtTokens tokens = tokens("sign-method=ES256,priv-key=" + file("a.key") + ",ttl=90s");
    String token = tokens.sign("ann", 3);
    now = now.plusSeconds(89);
    assertThat(tokens.bearer(token, AuthState.INITIAL)).isNotNull();
    now = now.plusSeconds(1);
    assertThat(tokens.bearer(token, AuthState.INITIAL)).isNull();
    now = now.minusSeconds(10);
    String[] parts = token.split("\\.");
    String root = part("{\"username\":\"root\",\"revision\":3}");
    for (String forged :
        List.of(
            parts[0] + "." + root + "." + parts[2],
            part("{\"alg\":\"none\"}") + "." + root + ".",
            part("{\"alg\":\"HS256\"}") + "." + root + "." + parts[2],
            parts[0] + "." + parts[1],
            parts[0] + "." + parts[1] + ".x",
            "..",
            "",
            "a.17",
            "[." + parts[1] + "." + parts[2])) {
      assertThat(tokens.bearer(forged, AuthState.INITIAL)).as(forged).isNull();
    }
    assertThat(tokens.bearer(token, AuthState.INITIAL)).isEqualTo(new Identity("ann", 3));
  }

  @Test
  void settingsThatMakeNoSenseAreRefusedAtTheStart() throws IOException, InterruptedException {
    key("a", "EC", "ec_paramgen_curve:P-256");
    for (String[] bad :
        new String[][] {
          {"priv-key=" + file("a.key"), "sign-method="},
          {"sign-method=HS256,priv-key=" + file("a.key"), "sign-method="},
          {"sign-method=ES256", "priv-key=FILE or pub-key=FILE is needed"},
          {"sign-method=ES384,priv-key=" + file("a.key"), "ES384"},
          {"sign-method=RS256,priv-key=" + file("a.key"), "RS256"},
          {"sign-method=ES256,priv-key=" + file("none.key"), "cannot read"},
          {"sign-method=ES256,colour=red,priv-key=" + file("a.key"), "no option colour"},
          {"sign-method=ES256,sign-method=ES256,priv-key=x", "twice"},
        }) {
      assertThatThrownBy(() -> tokens(bad[0]))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("--auth-token: ")
          .hasMessageContaining(bad[1]);
    }
    assertThatThrownBy(() -> Tokens.of(new AuthSettings("magic", null, 10), clock, () -> 0))
        .hasMessageContaining("magic");
  }

  private JwtTokens tokens(String options) {
    return (JwtTokens)
        Tokens.of(
            new AuthSettings("jwt," + options, AuthSettings.DEFAULT.tokenTtl(), 10),
            clock,
            () -> 0);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private void key(String name, String kind, String option)
      throws IOException, InterruptedException {
    List<String> make = new ArrayList<>(List.of("openssl", "genpkey", "-algorithm", kind, "-out"));
    make.add(file(name + ".key").toString());
    if (!option.isEmpty()) {
      make.addAll(List.of("-pkeyopt", option));
    }
    run(make);
    run(
        List.of(
            "openssl",
            "pkey",
            "-in",
            file(name + ".key").toString(),
            "-pubout",
            "-out",
            file(name + ".pub").toString()));
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
