package kontiki.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import org.junit.jupiter.api.Test;

class TableTextTest {
  private static final JsonObject TABLE =
      Json.parseObject(
          """
          {"kind":"Table","columnDefinitions":[{"name":"Name","priority":0},
           {"name":"Ready","priority":0},{"name":"Node","priority":1}],
           "rows":[{"cells":["web-0","1/1","kn1"],"object":{"metadata":{"name":"web-0",
             "namespace":"default","labels":{"b":"2","a":"1"}}}},
            {"cells":["a-long-name",null,"kn2"],"object":{"metadata":{"namespace":"kube-system"}}}]}
          """);

  private static String print(boolean wide, boolean namespaces, boolean labels, String prefix) {
    return TableText.of(TABLE, new TableText.Style(wide, namespaces, labels, true, prefix));
  }

  @Test
  void columnsAreThreeSpacesApartAndWideOnesLeftOut() {
    assertThat(print(false, false, false, ""))
        .isEqualTo(
            """
            NAME          READY
            web-0         1/1
            a-long-name   <none>
            """);
  }

  @Test
  void wideNamespacesAndLabelsAddColumns() {
    assertThat(print(true, true, true, "pod/"))
        .isEqualTo(
            """
            NAMESPACE     NAME              READY    NODE   LABELS
            default       pod/web-0         1/1      kn1    a=1,b=2
            kube-system   pod/a-long-name   <none>   kn2    <none>
            """);
  }
}
