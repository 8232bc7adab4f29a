package kontiki.orchestrator.api.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResourceCatalogTest {
  private final ResourceCatalog catalog = ResourceCatalog.builtin();

  @Test
  void findsBuiltInResourcesByPathAndByKind() {
    ResourceType deployments = catalog.byPlural("apps", "v1", "deployments");
    assertThat(deployments).isNotNull().isSameAs(catalog.byKind("apps/v1", "Deployment"));
    assertThat(deployments.shortNames()).containsExactly("deploy");
    assertThat(deployments.subresource("scale").group()).isEqualTo("autoscaling");
    assertThat(deployments.path("x")).isEqualTo("/apis/apps/v1/namespaces/x/deployments");
    assertThat(catalog.byKind("v1", "Pod").subresource("eviction").kind()).isEqualTo("Eviction");
    assertThat(catalog.byKind("v1", "Node").path("x")).isEqualTo("/api/v1/nodes");
  }

  @Test
  void shortNamesAreUniqueInAGroup() {
    for (String group : catalog.groups()) {
      List<String> names =
          catalog.resources(group, catalog.preferredVersion(group)).stream()
              .flatMap(type -> type.shortNames().stream())
              .toList();
      assertThat(names).doesNotHaveDuplicates();
    }
  }

  @Test
  void prefersStableAndNewerVersions() {
    assertThat(catalog.versions("autoscaling")).containsExactly("v2", "v1");
    assertThat(
            Stream.of("v1", "foo1", "v11beta2", "v10", "v2", "v3beta1", "v12alpha1", "v11alpha2")
                .sorted(VersionOrder.NEWEST_FIRST))
        .containsExactly(
            "v10", "v2", "v1", "v11beta2", "v3beta1", "v12alpha1", "v11alpha2", "foo1");
  }

  @Test
  void customResourcesComeAndGo() {
    ResourceType widgets =
        new ResourceType(
            "example.org",
            "v1",
            "Widget",
            "widgets",
            "widget",
            List.of(),
            true,
            List.of("get"),
            List.of(),
            List.of(),
            false);
    ResourceCatalog more = catalog.with(List.of(widgets));
    assertThat(more.byKind("example.org/v1", "Widget")).isEqualTo(widgets);
    assertThat(catalog.byKind("example.org/v1", "Widget")).isNull();
    assertThat(more.without("example.org", "widgets").groups()).isEqualTo(catalog.groups());
  }
}
