package kontiki.orchestrator.api.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void writesWhatItReads() {
    String text =
        "{\"z\":1,\"a\":[true,false,null,\"x\",1.5,-3,[],{}],\"big\":18446744073709551616,\"é\":\"😀"
            + " ü\"}";
    assertThat(Json.writeText(Json.parse(utf8(text)))).isEqualTo(text);
  }

  @Test
  void escapesAsGoDoes() {
    String odd = "<a&b>\u2028\"\\\n\t\u0001\u007f \ud800!";
    assertThat(Json.writeText(odd))
        .isEqualTo("\"\\u003ca\\u0026b\\u003e\\u2028\\\"\\\\\\n\\t\\u0001\u007f \ufffd!\"");
  }

  @ParameterizedTest
  @CsvSource({
    "5.0,5",
    "0.1,0.1",
    "1e20,100000000000000000000",
    "1e21,1e+21",
    "1.25e-7,1.25e-7",
    "0.000001,0.000001",
    "-1e-9,-1e-9",
    "123456789.125,123456789.125",
    "-0.0,-0"
  })
  void numbersHaveGosForm(double number, String expected) {
    assertThat(Json.writeText(number)).isEqualTo(expected);
  }

  @Test
  void namesFieldsThatComeTwice() {
    List<String> twice = new ArrayList<>();
    Object value =
        Json.parse(
            utf8("{\"spec\":{\"c\":[{\"n\":1},{\"n\":1,\"n\":2}],\"c\":[]},\"k\":0,\"k\":7}"),
            JsonLimits.REQUEST,
            twice::add);
    assertThat(twice).containsExactly("spec.c[1].n", "spec.c", "k");
    assertThat(Json.writeText(value)).isEqualTo("{\"spec\":{\"c\":[]},\"k\":7}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\":}", "[1,]", "{\"a\":1}x", "nul", "{a:1}", "'a'", "01"})
  void refusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> Json.parse(utf8(text))).isInstanceOf(TreeSyntaxException.class);
  }

  @Test
  void refusesBombs() {
    assertThatThrownBy(() -> Json.parse(utf8("[".repeat(501) + "]".repeat(501))))
        .hasMessageContaining("nested deeper than 500");
    assertThat(Json.parse(utf8("[".repeat(500) + "]".repeat(500)))).isNotNull();
    assertThatThrownBy(() -> Json.parse(new byte[100], new JsonLimits(10, 99, 10)))
        .hasMessageContaining("limit is 99");
    assertThatThrownBy(() -> Json.parse(utf8("[1,2,3]"), new JsonLimits(10, 99, 2)))
        .hasMessageContaining("more than 2 keys");
  }

  @Test
  void indentsAsToolsDo() {
    byte[] text = Json.writeIndented(JsonObject.of("a", 1, "b", List.of("x"), "c", List.of()));
    assertThat(new String(text, StandardCharsets.UTF_8))
        .isEqualTo("{\n  \"a\": 1,\n  \"b\": [\n    \"x\"\n  ],\n  \"c\": []\n}");
  }
}
