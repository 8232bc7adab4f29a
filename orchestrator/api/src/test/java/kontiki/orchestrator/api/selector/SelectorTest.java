package kontiki.orchestrator.api.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  private static final JsonObject LABELS = JsonObject.of("app", "kubia", "tier", "web", "n", "5");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|true",
        "app=kubia|true",
        "app==kubia,tier=web|true",
        "app!=kubia|false",
        "x!=1|true",
        "app in (a, kubia)|true",
        "app notin (a,kubia)|false",
        "x notin (a)|true",
        "app|true",
        "!app|false",
        "! x|true",
        "n>4|true",
        "n>5|false",
        "n<6|true",
        "app>1|false",
        "x=|false",
        "tier = web , app|true",
        "example.org/x=1|false"
      })
  void labelsInTheFormOfQueries(String selector, boolean matches) {
    assertThat(LabelSelector.parse(selector == null ? "" : selector).matches(LABELS))
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=b=c", "a in b", "a in (b", ",", "a,", "=b", "a~b", "-a=b", "a=b c", "a>x", "a!b"
      })
  void refusesMalformedSelectors(String selector) {
    assertThatThrownBy(() -> LabelSelector.parse(selector))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unable to parse requirement");
  }

  @Test
  void labelsInTheFormOfObjects() {
    LabelSelector selector =
        LabelSelector.of(
            Json.parseObject(
                "{\"matchLabels\":{\"app\":\"kubia\"},\"matchExpressions\":[{\"key\":\"tier\","
                    + "\"operator\":\"In\",\"values\":[\"web\",\"db\"]},{\"key\":\"x\",\"operator\":"
                    + "\"DoesNotExist\"}]}"));
    assertThat(selector.matches(LABELS)).isTrue();
    assertThat(selector).hasToString("!x,app=kubia,tier in (db,web)");
    assertThat(LabelSelector.parse(selector.toString()).matches(LABELS)).isTrue();
    assertThat(LabelSelector.of(null).matches(LABELS)).isFalse();
    assertThat(LabelSelector.of(new JsonObject()).matches((JsonObject) null)).isTrue();
    assertThat(LabelSelector.ofMap(new JsonObject()).matches(LABELS)).isFalse();
  }

  @Test
  void fields() {
    FieldSelector selector =
        FieldSelector.parse("metadata.name=a,status.phase!=Running,x==b\\,c\\=d");
    assertThat(selector.required("metadata.name")).isEqualTo("a");
    assertThat(selector.required("x")).isEqualTo("b,c=d");
    assertThat(selector.required("status.phase")).isNull();
    assertThat(selector).hasToString("metadata.name=a,status.phase!=Running,x=b\\,c\\=d");
    JsonObject fields = JsonObject.of("metadata.name", "a", "x", "b,c=d");
    assertThat(selector.matches(fields::string)).isTrue();
    assertThat(selector.matches(fields.put("status.phase", "Running")::string)).isFalse();
    assertThatThrownBy(() -> FieldSelector.parse("a")).hasMessageContaining("can't understand 'a'");
  }
}
