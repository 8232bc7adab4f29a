package kontiki.orchestrator.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestInfoTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | /api/v1/namespaces                        |             | list '' '' namespaces ''
          GET    | /api/v1/namespaces/x                      |             | get '' x namespaces x
          PUT    | /api/v1/namespaces/x/finalize             |             | update finalize x namespaces x
          GET    | /api/v1/namespaces/x/pods                 |             | list '' x pods ''
          GET    | /api/v1/namespaces/x/pods                 | watch=true  | watch '' x pods ''
          GET    | /api/v1/namespaces/x/pods                 | watch=0     | list '' x pods ''
          GET    | /api/v1/pods                              | fieldSelector=metadata.name%3Dp | list '' '' pods p
          GET    | /apis/apps/v1/namespaces/x/deployments/d  |             | get '' x deployments d
          PATCH  | /apis/apps/v1/namespaces/x/deployments/d/scale |        | patch scale x deployments d
          DELETE | /api/v1/namespaces/x/pods                 |             | deletecollection '' x pods ''
          DELETE | /api/v1/namespaces/x/pods/p               |             | delete '' x pods p
          POST   | /api/v1/namespaces/x/pods/p/exec          |             | create exec x pods p
          GET    | /api/v1/watch/namespaces/x/pods           |             | watch '' x pods ''
          """)
  void readsWhatARequestIsAbout(String method, String path, String query, String expected) {
    RequestInfo info = RequestInfo.parse(method, path, Query.parse(query));
    assertThat(info.resourceRequest()).isTrue();
    String read =
        "%s %s %s %s %s"
            .formatted(
                info.verb(),
                quoted(info.subresource()),
                quoted(info.namespace()),
                info.resource(),
                quoted(info.name()));
    assertThat(read).isEqualTo(expected);
  }

  private static String quoted(String text) {
    return text.isEmpty() ? "''" : text;
  }

  @ParameterizedTest
  @CsvSource({"/healthz", "/api", "/api/v1", "/apis/apps", "/apis/apps/v1", "/"})
  void otherPathsAreNoResources(String path) {
    RequestInfo info = RequestInfo.parse("GET", path, Query.parse(""));
    assertThat(info.resourceRequest()).isFalse();
    assertThat(info.verb()).isEqualTo("get");
  }
}
