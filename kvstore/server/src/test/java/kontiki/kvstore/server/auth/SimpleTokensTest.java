package kontiki.kvstore.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import kontiki.kvstore.mvcc.Applied;
import kontiki.kvstore.mvcc.AuthState;
import kontiki.kvstore.mvcc.Identity;
import org.junit.jupiter.api.Test;

class SimpleTokensTest {
  private static final Identity ANN = new Identity("ann", AuthState.INITIAL.revision());

  private long now = Long.MAX_VALUE - Duration.ofSeconds(200).toNanos();
  private final SimpleTokens tokens = new SimpleTokens(Duration.ofSeconds(300), () -> now);

  @Test
  void eachUseStartsItsTimeAnew() {
    give("ann", "t.1");
    pass(299);
    assertThat(bearer("t.1")).isEqualTo(ANN);
    pass(299);
    assertThat(bearer("t.1")).isEqualTo(ANN);
    pass(300);
    assertThat(bearer("t.1")).isNull();
  }

  @Test
  void usingOneKeepsNoOther() {
    give("ann", "t.1");
    give("ann", "t.2");
    pass(200);
    assertThat(bearer("t.1")).isEqualTo(ANN);
    pass(100);
    assertThat(bearer("t.2")).isNull();
    assertThat(bearer("t.1")).isEqualTo(ANN);
  }

  @Test
  void aUsersTokensAreTakenAndOthersStay() {
    give("ann", "a.1");
    give("bob", "b.1");
    tokens.applied(List.of(new Applied.TokenChange.Taken("bob")));
    assertThat(bearer("b.1")).isNull();
    assertThat(bearer("a.1")).isEqualTo(ANN);
    tokens.applied(List.of(new Applied.TokenChange.AllTaken()));
    assertThat(bearer("a.1")).isNull();
    give("ann", "a.2");
    tokens.replaced();
    assertThat(bearer("a.2")).isNull();
  }

  @Test
  void theirNumberIsBounded() {
    for (int i = 0; i <= SimpleTokens.MAX_TOKENS; i++) {
      give("ann", "t." + i);
    }
    assertThat(bearer("t.0")).isNull();
    assertThat(bearer("t.1")).isEqualTo(ANN);
  }

  @Test
  void aTokenNamesTheEntryThatGaveIt() {
    assertThat(SimpleTokens.indexOf("abc.17")).isEqualTo(17);
    assertThat(SimpleTokens.indexOf("abc")).isEqualTo(-1);
    assertThat(SimpleTokens.indexOf("a.b.c")).isEqualTo(-1);
    assertThat(tokens.newPrefix()).hasSize(16).isNotEqualTo(tokens.newPrefix());
  }

  private void give(String user, String token) {
    tokens.applied(List.of(new Applied.TokenChange.Given(user, token)));
  }

  private Identity bearer(String token) {
    return tokens.bearer(token, AuthState.INITIAL);
  }

  private void pass(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }
}
