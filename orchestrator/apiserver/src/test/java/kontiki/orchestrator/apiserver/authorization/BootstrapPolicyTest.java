package kontiki.orchestrator.apiserver.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kontiki.orchestrator.apiserver.authentication.User;
import org.junit.jupiter.api.Test;

class BootstrapPolicyTest {
  private final BootstrapPolicy policy = BootstrapPolicy.read();

  private boolean allows(String role, String verb, String group, String resource) {
    int slash = resource.indexOf('/');
    Attributes attributes =
        new Attributes(
            User.of("somebody"),
            verb,
            true,
            group,
            "v1",
            slash < 0 ? resource : resource.substring(0, slash),
            slash < 0 ? "" : resource.substring(slash + 1),
            "default",
            "",
            "");
    return policy.clusterRole(role).stream().anyMatch(rule -> rule.allows(attributes));
  }

  @Test
  void rolesThatAggregateHaveTheRulesOfThoseTheySelect() {
    assertThat(allows("view", "list", "", "pods")).isTrue();
    assertThat(allows("view", "list", "", "secrets")).isFalse();
    assertThat(allows("view", "delete", "", "pods")).isFalse();
    assertThat(allows("edit", "list", "", "secrets")).isTrue();
    assertThat(allows("edit", "create", "apps", "deployments")).isTrue();
    assertThat(allows("edit", "create", "rbac.authorization.k8s.io", "roles")).isFalse();
    assertThat(allows("admin", "create", "rbac.authorization.k8s.io", "roles")).isTrue();
    assertThat(allows("admin", "list", "", "pods")).isTrue();
  }

  @Test
  void theSchedulerBindsPodsAndTheProxyReadsServices() {
    assertThat(allows("system:kube-scheduler", "create", "", "pods/binding")).isTrue();
    assertThat(allows("system:kube-scheduler", "create", "", "pods")).isFalse();
    assertThat(allows("system:node-proxier", "list", "discovery.k8s.io", "endpointslices"))
        .isTrue();
    assertThat(allows("system:node-proxier", "update", "", "services")).isFalse();
  }

  @Test
  void everyBindingNamesARoleThatExists() {
    List<String> roles =
        policy.objects().stream()
            .filter(object -> object.string("kind", "").endsWith("Role"))
            .map(object -> object.string("kind", "") + object.stringAt("metadata", "name"))
            .toList();
    policy.objects().stream()
        .filter(object -> object.string("kind", "").endsWith("Binding"))
        .forEach(binding ->
            assertThat(roles)
                .contains(
                    binding.stringAt("roleRef", "kind") + binding.stringAt("roleRef", "name")));
  }

  @Test
  void aRuleCoversWhatIsNarrower() {
    Rule wide =
        new Rule(List.of("*"), List.of("apps"), List.of("deployments"), List.of(), List.of());
    Rule narrow =
        new Rule(List.of("get"), List.of("apps"), List.of("deployments"), List.of("d"), List.of());
    assertThat(Rule.covers(List.of(wide), narrow)).isTrue();
    assertThat(Rule.covers(List.of(narrow), wide)).isFalse();
    assertThat(Rule.covers(List.of(), narrow)).isFalse();
  }
}
