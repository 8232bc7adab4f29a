package kontiki.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class KeyRangeTest {
  @Test
  void aPrefixEndsAtTheNextKeyThatDoesNotHaveIt() {
    assertThat(KeyRange.prefixEnd(ByteString.copyFromUtf8("aa")).toStringUtf8()).isEqualTo("ab");
    assertThat(KeyRange.prefixEnd(bytes('a', 0xff))).isEqualTo(bytes('b'));
    assertThat(KeyRange.prefixEnd(bytes(0xff, 0xff))).isEqualTo(KeyRange.ZERO);
  }

  @Test
  void containsFollowsTheThreeFormsOfEnd() {
    assertThat(KeyRange.single("k").contains(bytes('k'))).isTrue();
    assertThat(KeyRange.single("k").contains(bytes('k', 0))).isFalse();
    assertThat(KeyRange.from(bytes('k')).contains(bytes(0xff, 1))).isTrue();
    assertThat(KeyRange.from(bytes('k')).contains(bytes('j', 0xff))).isFalse();
    assertThat(KeyRange.prefix("k").contains(bytes('k', 0xff))).isTrue();
    assertThat(KeyRange.prefix("k").contains(bytes('l'))).isFalse();
    assertThat(new KeyRange(bytes('b'), bytes('a')).isEmpty()).isTrue();
  }

  private static ByteString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteString.copyFrom(bytes);
  }
}
