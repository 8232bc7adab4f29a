package kontiki.orchestrator.api.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0,0",
    "0.5,500m",
    "1000m,1",
    "100m,100m",
    "1,1",
    "1500m,1500m",
    "1024Mi,1Gi",
    "1000Mi,1000Mi",
    "1000,1k",
    "1e3,1e3",
    "1000000,1M",
    "0.1Mi,104857600m",
    "100Ki,100Ki",
    "512,512",
    "1.5Gi,1536Mi",
    "+5,5",
    "-5m,-5m",
    "5.,5",
    ".5,500m",
    "1E,1E",
    "12E0,12",
    "0.0000000001,1n",
    "1Ki,1Ki",
    "1023,1023",
    "3.5k,3500",
    "2e-3,2e-3",
    "10e2,1e3",
    "9Ei,9223372036854775807",
    "1u,1u",
    "00.50,500m"
  })
  void hasACanonicalForm(String text, String canonical) {
    assertThat(Quantity.parse(text)).hasToString(canonical);
    assertThat(Quantity.parse(canonical)).isEqualTo(Quantity.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1 Gi", "1.1.1", "--1", ".", "+", "1 ", "1Gi1x"})
  void refusesOtherForms(String text) {
    assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1g", "1kB", "1Kii", "1mi", "1e", "1e1e1"})
  void refusesUnknownSuffixes(String text) {
    assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void countsAndCompares() {
    assertThat(Quantity.parse("1Gi").plus(Quantity.parse("1Gi"))).hasToString("2Gi");
    assertThat(Quantity.parse("1").minus(Quantity.parse("250m"))).hasToString("750m");
    assertThat(Quantity.parse("1")).isGreaterThan(Quantity.parse("999m"));
    assertThat(Quantity.parse("1500m").units()).isEqualTo(2);
    assertThat(Quantity.parse("100u").milli()).isEqualTo(1);
    assertThat(Quantity.parse("100u").roundedToMilli()).hasToString("1m");
    assertThat(Quantity.ZERO.plus(Quantity.parse("1Ki"))).hasToString("1Ki");
  }
}
