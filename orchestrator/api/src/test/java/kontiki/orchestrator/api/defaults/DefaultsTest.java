package kontiki.orchestrator.api.defaults;

import static org.assertj.core.api.Assertions.assertThat;

import kontiki.orchestrator.api.PublishedObjects;
import kontiki.orchestrator.api.PublishedObjects.Golden;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.schema.TypedReader;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import org.junit.jupiter.api.Test;

class DefaultsTest {
  private static JsonObject defaulted(String json) {
    JsonObject object = Json.parseObject(json);
    StructType type =
        BuiltinSchemas.forKind(object.string("apiVersion", ""), object.string("kind", ""));
    return Defaults.apply(type, TypedReader.read(type, object));
  }

  @Test
  void podsAsTheApiServerDoes() {
    assertThat(
            defaulted(
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"},\"spec\":{"
                    + "\"hostNetwork\":true,\"volumes\":[{\"name\":\"e\"},{\"name\":\"s\",\"secret\":{}}],"
                    + "\"containers\":[{\"name\":\"c\",\"image\":\"host:5000/kubia\","
                    + "\"ports\":[{\"containerPort\":8080}],\"resources\":{\"limits\":{\"cpu\":\"100u\"}},"
                    + "\"livenessProbe\":{\"httpGet\":{\"port\":8080}}},"
                    + "{\"name\":\"d\",\"image\":\"kubia:v1\"}]}}"))
        .hasToString(
            "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"},\"spec\":{"
                + "\"volumes\":[{\"name\":\"e\",\"emptyDir\":{}},{\"name\":\"s\",\"secret\":{\"defaultMode\":420}}],"
                + "\"containers\":[{\"name\":\"c\",\"image\":\"host:5000/kubia\",\"ports\":[{\"hostPort\":8080,"
                + "\"containerPort\":8080,\"protocol\":\"TCP\"}],\"resources\":{\"limits\":{\"cpu\":\"1m\"},"
                + "\"requests\":{\"cpu\":\"1m\"}},\"livenessProbe\":{\"httpGet\":{\"path\":\"/\",\"port\":8080,"
                + "\"scheme\":\"HTTP\"},\"timeoutSeconds\":1,\"periodSeconds\":10,\"successThreshold\":1,"
                + "\"failureThreshold\":3},\"terminationMessagePath\":\"/dev/termination-log\","
                + "\"terminationMessagePolicy\":\"File\",\"imagePullPolicy\":\"Always\"},"
                + "{\"name\":\"d\",\"image\":\"kubia:v1\",\"resources\":{},"
                + "\"terminationMessagePath\":\"/dev/termination-log\",\"terminationMessagePolicy\":\"File\","
                + "\"imagePullPolicy\":\"IfNotPresent\"}],\"restartPolicy\":\"Always\","
                + "\"terminationGracePeriodSeconds\":30,\"dnsPolicy\":\"ClusterFirst\",\"hostNetwork\":true,"
                + "\"securityContext\":{},\"schedulerName\":\"default-scheduler\",\"enableServiceLinks\":true},"
                + "\"status\":{}}");
  }

  @Test
  void deploymentsAsTheApiServerDoes() {
    JsonObject deployment =
        defaulted(
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"a\"},"
                + "\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"spec\":"
                + "{\"containers\":[{\"name\":\"c\",\"image\":\"i:1\"}]}}}}");
    assertThat(deployment.integerAt("spec", "replicas")).isEqualTo(1);
    assertThat(deployment.at("spec", "strategy"))
        .hasToString(
            "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":\"25%\",\"maxSurge\":\"25%\"}}");
    assertThat(deployment.at("spec", "template", "spec", "dnsPolicy")).isEqualTo("ClusterFirst");
    assertThat(deployment.at("spec", "template", "spec", "enableServiceLinks")).isNull();
  }

  @Test
  void servicesAsTheApiServerDoes() {
    assertThat(
            defaulted(
                    "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"a\"},"
                        + "\"spec\":{\"type\":\"NodePort\",\"ports\":[{\"port\":80}]}}")
                .get("spec"))
        .hasToString(
            "{\"ports\":[{\"protocol\":\"TCP\",\"port\":80,\"targetPort\":80}],\"type\":\"NodePort\","
                + "\"sessionAffinity\":\"None\",\"externalTrafficPolicy\":\"Cluster\","
                + "\"internalTrafficPolicy\":\"Cluster\"}");
  }

  @Test
  void jobsNamespacesAndCronJobs() {
    JsonObject job =
        defaulted("{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"spec\":{\"parallelism\":2}}");
    assertThat(job.at("spec", "completions")).isNull();
    assertThat(job.integerAt("spec", "backoffLimit")).isEqualTo(6);
    assertThat(
            defaulted(
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"n\"}}"))
        .hasToString(
            "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"n\",\"labels\":"
                + "{\"kubernetes.io/metadata.name\":\"n\"}},\"spec\":{},\"status\":{\"phase\":\"Active\"}}");
    assertThat(
            defaulted("{\"apiVersion\":\"batch/v1\",\"kind\":\"CronJob\",\"spec\":{}}")
                .at("spec", "concurrencyPolicy"))
        .isEqualTo("Allow");
  }

  @Test
  void defaultingTwiceChangesNothingMore() {
    for (Golden golden : PublishedObjects.all()) {
      JsonObject object = Json.parseObject(golden.json());
      StructType type =
          BuiltinSchemas.forKind(object.string("apiVersion", ""), object.string("kind", ""));
      if (type != null) {
        JsonObject once = Defaults.apply(type, object);
        String text = once.toString();
        assertThat(Defaults.apply(type, once)).hasToString(text);
      }
    }
  }
}
