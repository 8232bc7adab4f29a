package kontiki.orchestrator.api.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.PublishedObjects;
import kontiki.orchestrator.api.PublishedObjects.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
  @Test
  void publishedObjectsRoundTripByteForByte() {
    for (Golden golden : PublishedObjects.all()) {
      Object json = Json.parse(golden.json());
      String yaml = new String(golden.yaml(), StandardCharsets.UTF_8);
      assertThat(Yaml.parse(yaml)).as(golden.name()).isEqualTo(json);
      assertThat(Yaml.write(json)).as(golden.name()).isEqualTo(yaml);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a: yes|{\"a\":true}",
        "a: off|{\"a\":false}",
        "a: 'yes'|{\"a\":\"yes\"}",
        "a: 0777|{\"a\":511}",
        "a: 0x1F|{\"a\":31}",
        "a: 1_000|{\"a\":1000}",
        "a: 3.0|{\"a\":3}",
        "a: 1.5e3|{\"a\":1500}",
        "a: ~|{\"a\":null}",
        "a:|{\"a\":null}",
        "1: x|{\"1\":\"x\"}",
        "a: 2026-01-02|{\"a\":\"2026-01-02\"}",
        "a: !!str 5|{\"a\":\"5\"}",
        "a: v1.2|{\"a\":\"v1.2\"}",
        "a: !!binary aGk=|{\"a\":\"aGk=\"}",
        "a: 1:30|{\"a\":\"1:30\"}",
        "{a: &x {k: 1}, b: {<<: *x, l: 2}}|{\"a\":{\"k\":1},\"b\":{\"l\":2,\"k\":1}}"
      })
  void readsScalarsAsKubectlDoes(String yaml, String json) {
    assertThat(Json.writeText(Yaml.parse(yaml))).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "yes",
        "5",
        "",
        " x",
        "x ",
        "a: b",
        "a #b",
        "#a",
        "- a",
        "-a",
        "it's",
        "say \"x\"",
        "line\nline\n",
        "line\nline",
        "\nlead",
        " lead\nx",
        "trail \nx",
        "x\n\n",
        "tab\tx",
        "\u0001",
        "é 😀",
        "2026-01-02T03:04:05Z",
        "null",
        "@x",
        "%",
        "a:",
        "key: |",
        "0x1",
        "1e3",
        "<<",
        "=",
        "?",
        "---",
        "...",
        "[a]",
        "{a",
        "1:30",
        ".inf",
        "~",
        "*",
        "&a",
        "!x",
        "x:y",
        "\\",
        "\u2028"
      })
  void everyTextSurvives(String text) {
    JsonObject object = JsonObject.of("k", text, text, List.of(text, List.of(List.of(text))));
    assertThat(Yaml.parse(Yaml.write(object))).isEqualTo(object);
  }

  @Test
  void readsStreamsOfDocuments() {
    List<String> twice = new ArrayList<>();
    assertThat(
            Yaml.parseAll(
                "---\na: 1\n---\n# nothing\n---\nb: 2\nb: 3\n", JsonLimits.REQUEST, twice::add))
        .containsExactly(JsonObject.of("a", 1), JsonObject.of("b", 3));
    assertThat(twice).containsExactly("b");
    assertThat(Yaml.parseAll("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: [", "a: b: c", "\tx: 1", "a: *b", "? [a]\n: b", "a: &x [*x]"})
  void refusesWhatIsNoTree(String yaml) {
    assertThatThrownBy(() -> Yaml.parse(yaml)).isInstanceOf(TreeSyntaxException.class);
  }

  @Test
  void refusesBombs() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      String before = "*a" + (i - 1);
      laughs.append("a" + i + ": &a" + i + " [" + (before + ",").repeat(9) + before + "]\n");
    }
    assertThatThrownBy(() -> Yaml.parse(laughs.toString())).isInstanceOf(TreeSyntaxException.class);
    assertThatThrownBy(() -> Yaml.parse("[".repeat(100_000)))
        .isInstanceOf(TreeSyntaxException.class);
  }
}
