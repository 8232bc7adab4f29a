package kontiki.orchestrator.api.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kontiki.orchestrator.api.defaults.Defaults;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.schema.TypedReader;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.CronSchedule;
import kontiki.orchestrator.api.value.IpAddresses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationTest {
  private static JsonObject object(String json) {
    JsonObject object = Json.parseObject(json.replace('\'', '"'));
    StructType type = type(object);
    return Defaults.apply(type, TypedReader.read(type, object));
  }

  private static StructType type(JsonObject object) {
    return BuiltinSchemas.forKind(object.string("apiVersion", ""), object.string("kind", ""));
  }

  private static List<String> texts(List<FieldError> errors) {
    return errors.stream().map(FieldError::text).toList();
  }

  private static List<String> create(String json) {
    JsonObject object = object(json);
    return texts(Validation.create(type(object), object));
  }

  private static List<String> update(String from, String to) {
    JsonObject object = object(to);
    return texts(Validation.update(type(object), object, object(from)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'apiVersion':'v1','kind':'ConfigMap','data':{'a.b':'1'},'binaryData':{'c':'AA=='}}",
        "{'apiVersion':'v1','kind':'Secret','type':'kubernetes.io/tls','stringData':{'tls.crt':'','tls.key':''}}",
        "{'apiVersion':'v1','kind':'PersistentVolumeClaim','spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}",
        "{'apiVersion':'v1','kind':'PersistentVolume','spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x'}}}",
        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRole','rules':[{'verbs':['get'],'nonResourceURLs':['/healthz']}]}",
        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'RoleBinding','roleRef':{'kind':'Role','name':'r'},'subjects':[{'kind':'User','name':'u'}]}",
        "{'apiVersion':'networking.k8s.io/v1','kind':'Ingress','spec':{'rules':[{'host':'*.a.b','http':{'paths':[{'path':'/','pathType':'Prefix','backend':{'service':{'name':'s','port':{'number':80}}}}]}}]}}",
        "{'apiVersion':'networking.k8s.io/v1','kind':'NetworkPolicy','spec':{'podSelector':{},'ingress':[{'from':[{'ipBlock':{'cidr':'10.0.0.0/8'}}],'ports':[{'port':'http'}]}]}}",
        "{'apiVersion':'discovery.k8s.io/v1','kind':'EndpointSlice','addressType':'IPv4','endpoints':[{'addresses':['10.1.2.3']}],'ports':[{'port':80}]}",
        "{'apiVersion':'batch/v1','kind':'CronJob','metadata':{'name':'c'},'spec':{'schedule':'*/5"
            + " * * *"
            + " mon-fri','jobTemplate':{'spec':{'template':{'spec':{'restartPolicy':'Never','containers':[{'name':'c'}]}}}}}}",
        "{'apiVersion':'autoscaling/v2','kind':'HorizontalPodAutoscaler','spec':{'maxReplicas':3,'scaleTargetRef':{'kind':'Deployment','name':'d'}}}"
      })
  void goodObjectsPass(String json) {
    assertThat(create(json)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'apiVersion':'v1','kind':'Secret','type':'kubernetes.io/tls'}|data[tls.crt]: Required"
            + " value",
        "{'apiVersion':'v1','kind':'ConfigMap','data':{'k':'1'},'binaryData':{'k':'AA=='}}|data[k]:"
            + " Invalid value: \"k\": duplicate of key present in binaryData",
        "{'apiVersion':'v1','kind':'PersistentVolumeClaim','spec':{'accessModes':['X']}}|spec.accessModes:"
            + " Unsupported value: \"X\": supported values: \"ReadWriteOnce\", \"ReadOnlyMany\","
            + " \"ReadWriteMany\", \"ReadWriteOncePod\"",
        "{'apiVersion':'v1','kind':'PersistentVolume','spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce']}}|spec:"
            + " Required value: must specify a volume type",
        "{'apiVersion':'v1','kind':'ResourceQuota','spec':{'hard':{'pods':'-1'}}}|spec.hard[pods]:"
            + " Invalid value: \"-1\": must be greater than or equal to 0",
        "{'apiVersion':'v1','kind':'LimitRange','spec':{'limits':[{'type':'Container','max':{'cpu':'1'},'min':{'cpu':'2'}}]}}|spec.limits[0].min[cpu]:"
            + " Invalid value: \"2\": min value 2 is greater than max value 1",
        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'Role','rules':[{'apiGroups':[''],'resources':['pods']}]}|rules[0].verbs:"
            + " Required value: verbs must contain at least one value",
        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRoleBinding','roleRef':{'kind':'Role','name':'r'}}|roleRef.kind:"
            + " Unsupported value: \"Role\": supported values: \"ClusterRole\"",
        "{'apiVersion':'networking.k8s.io/v1','kind':'Ingress','spec':{'rules':[{'http':{'paths':[{'path':'x','pathType':'Prefix','backend':{'service':{'name':'s','port':{'number':80}}}}]}}]}}|spec.rules[0].http.paths[0].path:"
            + " Invalid value: \"x\": must be an absolute path",
        "{'apiVersion':'networking.k8s.io/v1','kind':'NetworkPolicy','spec':{'podSelector':{},'ingress':[{'from':[{}]}]}}|spec.ingress[0].from[0]:"
            + " Required value: must specify a peer",
        "{'apiVersion':'discovery.k8s.io/v1','kind':'EndpointSlice','addressType':'IPv4','endpoints':[{'addresses':['127.0.0.1']}]}|endpoints[0].addresses[0]:"
            + " Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8,"
            + " ::1/128)",
        "{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','spec':{'minAvailable':'120%'}}|spec.minAvailable:"
            + " Invalid value: \"120%\": must not be greater than 100%",
        "{'apiVersion':'autoscaling/v2','kind':'HorizontalPodAutoscaler','spec':{'minReplicas':3,'maxReplicas':2,'scaleTargetRef':{'kind':'D','name':'d'}}}|spec.maxReplicas:"
            + " Invalid value: 2: must be greater than or equal to `minReplicas`",
        "{'apiVersion':'scheduling.k8s.io/v1','kind':'PriorityClass','metadata':{'name':'p'},'value':1000000001}|value:"
            + " Forbidden: maximum allowed value of a user defined priority is 1000000000",
        "{'apiVersion':'coordination.k8s.io/v1','kind':'Lease','spec':{'leaseDurationSeconds':0}}|spec.leaseDurationSeconds:"
            + " Invalid value: 0: must be greater than 0",
        "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{'name':'x'},'spec':{'group':'e.org','scope':'Cluster','names':{'plural':'ws','kind':'W'},'versions':[{'name':'v1','storage':true,'schema':{'openAPIV3Schema':{}}}]}}|metadata.name:"
            + " Invalid value: \"x\": must be spec.names.plural+\".\"+spec.group"
      })
  void badObjectsAreRefusedInKubernetesWords(String json, String message) {
    assertThat(create(json)).contains(message);
  }

  @Test
  void whatMayNotChangeMayNot() {
    String sealed = "{'apiVersion':'v1','kind':'ConfigMap','immutable':true,'data':{'a':'%s'}}";
    assertThat(update(sealed.formatted("1"), sealed.formatted("2")))
        .containsExactly("data: Forbidden: field is immutable when `immutable` is set");
    assertThat(update(sealed.formatted("1"), sealed.formatted("1"))).isEmpty();
    String claim =
        "{'apiVersion':'v1','kind':'PersistentVolumeClaim','spec':{'volumeName':'v','accessModes':['%s'],"
            + "'resources':{'requests':{'storage':'%s'}}}}";
    assertThat(
            update(
                claim.formatted("ReadWriteOnce", "1Gi"), claim.formatted("ReadWriteOnce", "2Gi")))
        .isEmpty();
    assertThat(
            update(
                claim.formatted("ReadWriteOnce", "2Gi"), claim.formatted("ReadWriteOnce", "1Gi")))
        .containsExactly(
            "spec.resources.requests.storage: Forbidden: field can not be less than"
                + " status.capacity");
    assertThat(
            update(
                claim.formatted("ReadWriteOnce", "1Gi"), claim.formatted("ReadWriteMany", "1Gi")))
        .singleElement()
        .asString()
        .startsWith("spec: Forbidden: spec is immutable after creation except");
    String binding =
        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'RoleBinding','roleRef':{'kind':'Role','name':'%s'}}";
    assertThat(update(binding.formatted("a"), binding.formatted("b")))
        .containsExactly(
            "roleRef: Invalid value:"
                + " {\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"Role\",\"name\":\"b\"}:"
                + " cannot change roleRef");
  }

  @Test
  void severalErrorsStandInBrackets() {
    JsonObject secret =
        object(
            "{'apiVersion':'v1','kind':'Secret','type':'kubernetes.io/tls','data':{'tls.crt':''}}");
    assertThat(FieldError.all(Validation.create(type(secret), secret)))
        .isEqualTo("data[tls.key]: Required value");
    secret.remove("data");
    assertThat(FieldError.all(Validation.create(type(secret), secret)))
        .isEqualTo("[data[tls.crt]: Required value, data[tls.key]: Required value]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* * * * *|",
        "@hourly|",
        "@every 1h|",
        "0,30 1-5/2 ? jan sun|",
        "0 0 1 1|expected exactly 5 fields",
        "60 * * * *|above maximum (59)",
        "* * 0 * *|below minimum (1)",
        "5-1 * * * *|beyond end",
        "*/0 * * * *|positive number",
        "x * * * *|failed to parse int",
        "@often|unrecognized descriptor",
        "TZ=UTC * * * * *|timeZone",
        "1/2/3 * * * *|too many slashes"
      })
  void cronSchedules(String schedule, String problem) {
    if (problem == null) {
      assertThat(CronSchedule.problem(schedule)).isNull();
    } else {
      assertThat(CronSchedule.problem(schedule)).contains(problem);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1,true,false",
    "256.0.0.1,false,false",
    "01.2.3.4,false,false",
    "1.2.3,false,false",
    "::,false,true",
    "::1,false,true",
    "2001:db8::ffff,false,true",
    "::ffff:1.2.3.4,false,true",
    "1:2:3:4:5:6:7:8,false,true",
    "1:2:3:4:5:6:7,false,false",
    "1::2::3,false,false",
    "1:2:3:4:5:6:7:8:9,false,false",
    "12345::,false,false",
    "a,false,false",
    "'',false,false"
  })
  void addresses(String text, boolean v4, boolean v6) {
    assertThat(IpAddresses.isV4(text)).isEqualTo(v4);
    assertThat(IpAddresses.isV6(text)).isEqualTo(v6);
    assertThat(IpAddresses.isCidr(text + "/8")).isEqualTo(v4 || v6);
    assertThat(IpAddresses.isCidr(text + "/129")).isFalse();
  }
}
