package kontiki.kvstore.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeySpaceTest {
  private static List<String> take(KeySpace.Keys keys, int requests, int perRequest) {
    var taken = new ArrayList<String>();
    for (int i = 0; i < requests; i++) {
      keys.choose();
      for (int j = 0; j < perRequest; j++) {
        taken.add(keys.key(j).toStringUtf8());
      }
    }
    return taken;
  }

  @Test
  void keysInOrderAreSharedByTheClientsAndBeginAgain() {
    var space = new KeySpace("p/", 5, 3, true);
    var one = space.keys(0, 1);
    var other = space.keys(1, 1);
    assertThat(take(one, 1, 1)).containsExactly("p/000");
    assertThat(take(other, 2, 1)).containsExactly("p/001", "p/002");
    assertThat(take(one, 1, 1)).containsExactly("p/000");
  }

  @Test
  void aRequestsKeysAreDistinctAlsoOverTheEnd() {
    var space = new KeySpace("p/", 4, 5, true);
    assertThat(take(space.keys(0, 3), 2, 3))
        .containsExactly("p/00", "p/01", "p/02", "p/03", "p/04", "p/00");
  }

  @Test
  void randomKeysAreTheSameInEachRunAndCoverTheSpace() {
    var space = new KeySpace("p/", 10, 20, false);
    var again = new KeySpace("p/", 10, 20, false);
    var keys = take(space.keys(7, 1), 1000, 1);
    assertThat(take(again.keys(7, 1), 1000, 1)).isEqualTo(keys);
    assertThat(take(space.keys(8, 1), 1000, 1)).isNotEqualTo(keys);
    assertThat(new HashSet<>(keys)).hasSize(20);
    assertThat(keys).allMatch(key -> key.matches("p/000000[01]\\d"));
  }

  @Test
  void theSameKeysInOrderForLoading() {
    var space = new KeySpace("p/", 4, 30, false);
    assertThat(take(space.inOrder().keys(0, 1), 30, 1))
        .startsWith("p/00", "p/01")
        .endsWith("p/29")
        .doesNotHaveDuplicates();
    assertThat(space.key(29).toStringUtf8()).isEqualTo("p/29");
  }

  @Test
  void keysThatCannotHoldTheirNumbersAreRefused() {
    assertThat(new KeySpace("p/", 3, 10, true).key(9).toStringUtf8()).isEqualTo("p/9");
    assertThatThrownBy(() -> new KeySpace("p/", 3, 11, true)).hasMessageContaining("--key-size 4");
  }

  @Test
  void theEndOfAPrefixIsTheNextOneAfterIt() {
    assertThat(KeySpace.after(ByteString.copyFromUtf8("a/")))
        .isEqualTo(ByteString.copyFromUtf8("a0"));
    assertThat(KeySpace.after(ByteString.fromHex("61ffff"))).isEqualTo(ByteString.fromHex("62"));
    assertThat(KeySpace.after(ByteString.fromHex("ff"))).isEqualTo(ByteString.fromHex("00"));
  }

  @Test
  void valuesAreTheSameInEachRunAndDiffer() {
    var source = new Values(16).source(0);
    var first = source.next();
    assertThat(first.size()).isEqualTo(16);
    assertThat(source.next()).isNotEqualTo(first);
    assertThat(new Values(16).source(0).next()).isEqualTo(first);
  }
}
