package kontiki.orchestrator.api.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.PublishedObjects;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonLimits;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.tree.TreeSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
  private static Object parse(String text) {
    return Yaml.parseAll(text.getBytes(StandardCharsets.UTF_8), JsonLimits.REQUEST).getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          yes     | true
          off     | false
          0777    | 511
          0x1F    | 31
          1_000   | 1000
          -5      | -5
          1.5     | 1.5
          1e3     | 1000
          1.0.0   | "1.0.0"
          08      | 8
          '"yes"' | "yes"
          2001-01-01T00:00:00Z | "2001-01-01T00:00:00Z"
          18446744073709551615 | 18446744073709551615
          """)
  void plainScalarsMeanWhatYaml11Says(String text, String json) {
    assertThat(Json.writeText(parse("a: " + text))).isEqualTo("{\"a\":" + json + "}");
  }

  @Test
  void everyDocumentOfAStreamIsReadAndEmptyOnesAreLeftOut() {
    assertThat(
            Yaml.parseAll(
                "---\na: 1\n---\n# nothing\n---\nb: [2, null]\n".getBytes(StandardCharsets.UTF_8),
                JsonLimits.REQUEST))
        .extracting(Json::writeText)
        .containsExactly("{\"a\":1}", "{\"b\":[2,null]}");
  }

  @Test
  void aliasesAreCopiedAndMergeKeysFillWhatIsAbsent() {
    assertThat(Json.writeText(parse("base: &b {x: 1, y: 2}\nmore: {<<: *b, x: 3}\n")))
        .isEqualTo("{\"base\":{\"x\":1,\"true\":2},\"more\":{\"x\":3,\"true\":2}}");
  }

  @Test
  void aBombOfAliasesIsRefused() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append(("*a" + (i - 1) + ", ").repeat(9)).append("*a").append(i - 1).append("]\n");
    }
    assertThatThrownBy(() -> parse(bomb.toString()))
        .isInstanceOf(TreeSyntaxException.class)
        .hasMessageContaining("more than 1000000 keys");
  }

  @Test
  void deepNestingIsRefused() {
    assertThatThrownBy(() -> parse("[".repeat(600) + "]".repeat(600)))
        .isInstanceOf(TreeSyntaxException.class)
        .hasMessageContaining("nested more than 500 deep");
  }

  @Test
  void brokenTextSaysWhere() {
    assertThatThrownBy(() -> parse("a: 1\nb: [\n"))
        .isInstanceOf(TreeSyntaxException.class)
        .hasMessageStartingWith("error converting YAML to JSON: yaml: ")
        .hasMessageContaining("line 3");
  }

  @Test
  void aKeyGivenTwiceIsToldWithItsPath() {
    List<String> twice = new ArrayList<>();
    Yaml.parseAll(
        "spec:\n  containers:\n  - name: a\n    name: b\n".getBytes(StandardCharsets.UTF_8),
        JsonLimits.REQUEST,
        twice::add);
    assertThat(twice).containsExactly("spec.containers[0].name");
  }

  @Test
  void textIsQuotedWhereItWouldMeanSomethingElse() {
    assertThat(
            Yaml.write(
                Json.parseObject(
                    """
                    {"b":"true","a":"x","c":"1","d":"","e":"a: b","f":"l1\\nl2\\n","g":[],"h":{},\
                    "i":[{"k":null}],"y":"- no"}\
                    """)))
        .isEqualTo(
            """
            a: x
            b: "true"
            c: "1"
            d: ""
            e: 'a: b'
            f: |
              l1
              l2
            g: []
            h: {}
            i:
            - k: null
            "y": '- no'
            """);
  }

  @Test
  void goldenFilesAreWrittenByteForByte() {
    for (PublishedObjects.Golden golden : PublishedObjects.all()) {
      assertThat(Yaml.write(Yaml.parseAll(golden.yaml(), JsonLimits.REQUEST).getFirst()))
          .as(golden.name())
          .isEqualTo(new String(golden.yaml(), StandardCharsets.UTF_8));
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
    assertThat(Json.writeText(parse(yaml))).isEqualTo(json);
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
    assertThat(parse(Yaml.write(object))).isEqualTo(object);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: [", "a: b: c", "\tx: 1", "a: *b", "? [a]\n: b", "a: &x [*x]"})
  void refusesWhatIsNoTree(String yaml) {
    assertThatThrownBy(() -> parse(yaml)).isInstanceOf(TreeSyntaxException.class);
  }
}
