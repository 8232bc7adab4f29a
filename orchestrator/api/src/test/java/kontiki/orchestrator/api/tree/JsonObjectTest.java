package kontiki.orchestrator.api.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
  @Test
  void behavesAsAMapInInsertionOrder() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      Map<String, Object> twin = new LinkedHashMap<>();
      JsonObject object = new JsonObject();
      for (int step = 0; step < 120; step++) {
        String key = "k" + random.nextInt(60);
        if (random.nextInt(4) == 0) {
          assertThat(object.remove(key)).isEqualTo(twin.remove(key));
        } else {
          object.put(key, step);
          twin.put(key, (long) step);
        }
        assertThat(object.get(key)).isEqualTo(twin.get(key));
      }
      assertThat(object.keys()).containsExactlyElementsOf(twin.keySet());
    }
  }

  @Test
  void equalityIgnoresTheOrderOfKeysOnly() {
    JsonObject one = JsonObject.of("a", 1, "b", List.of(1, 2));
    assertThat(one)
        .isEqualTo(JsonObject.of("b", List.of(1, 2), "a", 1))
        .hasSameHashCodeAs(JsonObject.of("b", List.of(1, 2), "a", 1))
        .isNotEqualTo(JsonObject.of("a", 1, "b", List.of(2, 1)))
        .isNotEqualTo(JsonObject.of("a", 1, "c", List.of(1, 2)))
        .isNotEqualTo(JsonObject.of("a", 1));
  }

  @Test
  void deepCopiesShareNothing() {
    JsonObject one = JsonObject.of("a", List.of(JsonObject.of("x", 1)));
    JsonObject copy = one.deepCopy();
    copy.ensureList("a").objects().getFirst().put("x", 2);
    assertThat(one).isEqualTo(JsonObject.of("a", List.of(JsonObject.of("x", 1))));
  }

  @Test
  void accessorsGiveNothingForOtherKinds() {
    JsonObject object = JsonObject.of("s", "text", "o", JsonObject.of("in", 3), "n", null);
    assertThat(object.integer("s")).isNull();
    assertThat(object.integerAt("o", "in")).isEqualTo(3);
    assertThat(object.at("o", "in", "deeper")).isNull();
    assertThat(object.has("n")).isTrue();
    assertThat(object.strings("s")).isEmpty();
    assertThatThrownBy(() -> object.put("x", new StringBuilder()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
