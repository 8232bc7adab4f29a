package kontiki.kvstore.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.Base64;
import kontiki.kvstore.api.EtcdError;
import org.junit.jupiter.api.Test;

class PasswordsTest {
  private final Passwords passwords = new Passwords(4);

  @Test
  void aHashIsGoodForItsPasswordAlone() {
    ByteString hash = hash("sécret");
    assertThat(hash.toStringUtf8()).startsWith("$2a$04$");
    assertThat(passwords.matches(hash, "sécret")).isTrue();
    assertThat(passwords.matches(hash, "secret")).isFalse();
    assertThat(passwords.matches(hash, "")).isFalse();
    assertThat(hash("sécret")).isNotEqualTo(hash);
  }

  @Test
  void etcdsHashesAreGood() {
    // Made by golang.org/x/crypto/bcrypt, from its own tests.
    ByteString go =
        ByteString.copyFromUtf8("$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga");
    assertThat(passwords.matches(go, "allmine")).isTrue();
    assertThat(passwords.matches(go, "notmine")).isFalse();
  }

  @Test
  void whatIsNoHashMatchesNothing() {
    assertThat(passwords.matches(ByteString.EMPTY, "")).isFalse();
    assertThat(passwords.matches(ByteString.copyFromUtf8("$2a$99$x"), "x")).isFalse();
    assertThat(passwords.matches(ByteString.copyFrom(new byte[] {(byte) 0xff, 0}), "x")).isFalse();
  }

  @Test
  void longerThanBcryptReadsIsRefusedInsteadOfCut() {
    hash("x".repeat(72));
    assertThatThrownBy(() -> hash("x".repeat(71) + "é"))
        .hasMessage(EtcdError.PASSWORD_TOO_LONG.message());
  }

  private ByteString hash(String password) {
    return ByteString.copyFrom(Base64.getDecoder().decode(passwords.hash(password)));
  }
}
