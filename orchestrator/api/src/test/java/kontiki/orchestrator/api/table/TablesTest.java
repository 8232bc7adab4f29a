package kontiki.orchestrator.api.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import kontiki.orchestrator.api.PublishedObjects;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablesTest {
  private static final Instant NOW = Instant.parse("2030-01-02T00:10:00Z");

  private static String cells(String group, String object) {
    JsonObject tree = Json.parseObject(object);
    return Json.writeText(Tables.of(group, tree.string("kind", "")).cells(tree, NOW));
  }

  @ParameterizedTest
  @CsvSource({
    "-5, <invalid>",
    "-1, 0s",
    "0, 0s",
    "119, 119s",
    "120, 2m",
    "125, 2m5s",
    "600, 10m",
    "10799, 179m",
    "10800, 3h",
    "11000, 3h3m",
    "86400, 24h",
    "172800, 2d",
    "180000, 2d2h",
    "864000, 10d",
    "63072000, 2y",
    "70000000, 2y80d",
    "315360000, 10y"
  })
  void agesAreReadAsPeopleKnowThem(long seconds, String text) {
    assertThat(HumanDuration.of(Duration.ofSeconds(seconds))).isEqualTo(text);
  }

  @Test
  void aRunningPodThatRestarted() {
    assertThat(
            cells(
                "",
                """
                {"kind":"Pod","metadata":{"name":"p","creationTimestamp":"2030-01-02T00:00:00Z"},
                "spec":{"nodeName":"kn1","containers":[{"name":"a"},{"name":"b"}]},
                "status":{"phase":"Running","podIP":"10.244.1.2","conditions":[],
                "containerStatuses":[
                 {"name":"a","ready":true,"restartCount":2,"state":{"running":{}},
                  "lastState":{"terminated":{"finishedAt":"2030-01-02T00:05:00Z"}}},
                 {"name":"b","ready":false,"restartCount":0,
                  "state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}\
                """))
        .isEqualTo(
            "[\"p\",\"1/2\",\"CrashLoopBackOff\",\"2 (5m ago)\",\"10m\",\"10.244.1.2\",\"kn1\","
                + "\"\\u003cnone\\u003e\",\"\\u003cnone\\u003e\"]");
  }

  @Test
  void aPodWhoseInitContainerWaits() {
    assertThat(
            cells(
                "",
                """
                {"kind":"Pod","metadata":{"name":"p","creationTimestamp":"2030-01-02T00:09:00Z"},
                "spec":{"containers":[{"name":"a"}],"initContainers":[{"name":"i"},{"name":"j"}]},
                "status":{"phase":"Pending","initContainerStatuses":[
                 {"name":"i","state":{"terminated":{"exitCode":0}}},
                 {"name":"j","state":{"waiting":{"reason":"PodInitializing"}}}]}}\
                """))
        .startsWith("[\"p\",\"0/1\",\"Init:1/2\",\"0\",\"60s\"");
  }

  @Test
  void aPodBeingDeletedIsTerminating() {
    assertThat(
            cells(
                "",
                """
                {"kind":"Pod","metadata":{"name":"p","deletionTimestamp":"2030-01-02T00:09:00Z"},
                "spec":{"containers":[{"name":"a"}]},"status":{"phase":"Running"}}\
                """))
        .contains("\"Terminating\"");
  }

  @Test
  void aServiceShowsItsNodePorts() {
    assertThat(
            cells(
                "",
                """
                {"kind":"Service","metadata":{"name":"s"},"spec":{"type":"NodePort",
                "clusterIP":"10.96.0.7","selector":{"b":"2","a":"1"},
                "ports":[{"port":80,"nodePort":30080,"protocol":"TCP"},{"port":53,"protocol":"UDP"}]}}\
                """))
        .isEqualTo(
            "[\"s\",\"NodePort\",\"10.96.0.7\",\"\\u003cnone\\u003e\",\"80:30080/TCP,53/UDP\","
                + "\"\\u003cunknown\\u003e\",\"a=1,b=2\"]");
  }

  @Test
  void aNodeShowsStatusAndRoles() {
    assertThat(
            cells(
                "",
                """
                {"kind":"Node","metadata":{"name":"n","labels":{"node-role.kubernetes.io/worker":""}},
                "spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}],
                "addresses":[{"type":"InternalIP","address":"10.200.0.11"}]}}\
                """))
        .startsWith("[\"n\",\"Ready,SchedulingDisabled\",\"worker\"")
        .contains("10.200.0.11");
  }

  @Test
  void everyKindOfTheCatalogFillsItsColumnsFromNothing() {
    ResourceCatalog.builtin()
        .types()
        .forEach(type -> {
          TableLayout layout = Tables.of(type.group(), type.kind());
          assertThat(layout.cells(new JsonObject(), NOW))
              .as(type.kind())
              .hasSameSizeAs(layout.columns());
        });
  }

  @Test
  void everyPublishedObjectFillsItsColumns() {
    for (PublishedObjects.Golden golden : PublishedObjects.all()) {
      JsonObject object = Json.parseObject(golden.json());
      String version = object.string("apiVersion", "");
      int slash = version.indexOf('/');
      TableLayout layout =
          Tables.of(slash < 0 ? "" : version.substring(0, slash), object.string("kind", ""));
      assertThat(layout.cells(object, NOW)).as(golden.name()).hasSameSizeAs(layout.columns());
    }
  }
}
