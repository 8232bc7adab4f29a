package kontiki.orchestrator.api.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import kontiki.orchestrator.api.defaults.Defaults;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.schema.TypedReader;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import org.junit.jupiter.api.Test;

class ServerSideApplyTest {
  private static final Instant T1 = Instant.parse("2026-01-01T00:00:01Z");
  private static final Instant T2 = Instant.parse("2026-01-01T00:00:02Z");
  private static final StructType DEPLOYMENT = BuiltinSchemas.struct("apps/v1", "Deployment");
  private static final FieldManager ANN = FieldManager.apply("ann", "apps/v1", "");
  private static final FieldManager BOB = FieldManager.apply("bob", "apps/v1", "");
  private static final FieldManager KUBECTL = FieldManager.update("kubectl-create", "apps/v1", "");

  private static JsonObject json(String text) {
    return Json.parseObject(text.replace('\'', '"'));
  }

  private static JsonObject config(String spec) {
    return json(
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d','labels':{'a':'1'}},'spec':"
            + spec
            + "}");
  }

  private static JsonObject canonical(JsonObject object) {
    return Defaults.apply(DEPLOYMENT, TypedReader.read(DEPLOYMENT, object));
  }

  private static ServerSideApply.Outcome outcome(
      JsonObject live, String spec, FieldManager manager, boolean force) {
    return ServerSideApply.apply(
        DEPLOYMENT,
        live,
        config(spec),
        manager,
        List.of(List.of("status")),
        ServerSideApplyTest::canonical,
        force,
        T1);
  }

  private static JsonObject apply(JsonObject live, String spec, FieldManager manager) {
    return ((ServerSideApply.Applied) outcome(live, spec, manager, false)).object();
  }

  private static String fields(JsonObject object, String manager) {
    return object.object("metadata").objects("managedFields").stream()
        .filter(entry -> entry.string("manager", "").equals(manager))
        .map(entry -> entry.object("fieldsV1").toString())
        .findFirst()
        .orElse("nobody");
  }

  /** The fields that the API server of the field notes of the same object. */
  @Test
  void creationIsTrackedAsInTheField() {
    JsonObject created =
        canonical(
            config(
                "{'replicas':3,'selector':{'matchLabels':{'a':'1'}},'template':{'metadata':{'labels':"
                    + "{'a':'1'}},'spec':{'containers':[{'name':'c','image':'i','ports':"
                    + "[{'containerPort':80}]}]}}}"));
    ManagedFields.track(DEPLOYMENT, null, created, KUBECTL, T1);
    assertThat(fields(created, "kubectl-create"))
        .isEqualTo(
            "{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:a\":{}}},\"f:spec\":{"
                + "\"f:progressDeadlineSeconds\":{},\"f:replicas\":{},\"f:revisionHistoryLimit\":{},"
                + "\"f:selector\":{},\"f:strategy\":{\"f:rollingUpdate\":{\".\":{},\"f:maxSurge\":{},"
                + "\"f:maxUnavailable\":{}},\"f:type\":{}},\"f:template\":{\"f:metadata\":{\"f:labels\":{"
                + "\".\":{},\"f:a\":{}}},\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"c\\\"}\":{\".\":{},"
                + "\"f:image\":{},\"f:imagePullPolicy\":{},\"f:name\":{},\"f:ports\":{\".\":{},"
                + "\"k:{\\\"containerPort\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:containerPort\":{},"
                + "\"f:protocol\":{}}},\"f:resources\":{},\"f:terminationMessagePath\":{},"
                + "\"f:terminationMessagePolicy\":{}}},\"f:dnsPolicy\":{},\"f:restartPolicy\":{},"
                + "\"f:schedulerName\":{},\"f:securityContext\":{},\"f:terminationGracePeriodSeconds\":{}}}}}");
    assertThat(created.object("metadata").objects("managedFields").getFirst().stringAt("time"))
        .isEqualTo("2026-01-01T00:00:01Z");
  }

  @Test
  void updatesMoveWhatTheyChange() {
    JsonObject before = canonical(config("{'replicas':3,'paused':true}"));
    ManagedFields.track(DEPLOYMENT, null, before, KUBECTL, T1);
    JsonObject after = before.deepCopy();
    after.object("spec").put("replicas", 5);
    after.object("spec").remove("paused");
    FieldManager scaler = FieldManager.update("scaler", "autoscaling/v1", "scale");
    ManagedFields.track(DEPLOYMENT, before, after, scaler, T2);
    assertThat(fields(after, "scaler")).isEqualTo("{\"f:spec\":{\"f:replicas\":{}}}");
    assertThat(fields(after, "kubectl-create"))
        .doesNotContain("f:replicas")
        .doesNotContain("f:paused");
    JsonObject same = after.deepCopy();
    ManagedFields.track(DEPLOYMENT, after, same, scaler, T2.plusSeconds(9));
    assertThat(same).isEqualTo(after);
  }

  @Test
  void appliersOwnWhatTheySay() {
    JsonObject one =
        apply(
            null,
            "{'replicas':2,'template':{'spec':{'containers':[{'name':'c','image':'i'}]}}}",
            ANN);
    assertThat(fields(one, "ann"))
        .isEqualTo(
            "{\"f:metadata\":{\"f:labels\":{\"f:a\":{}}},\"f:spec\":{\"f:replicas\":{},\"f:template\":{"
                + "\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"c\\\"}\":{\".\":{},\"f:image\":{},"
                + "\"f:name\":{}}}}}}}");
    assertThat(one.at("spec", "strategy", "type")).isEqualTo("RollingUpdate");
    assertThat(
            apply(
                one,
                "{'replicas':2,'template':{'spec':{'containers':[{'name':'c','image':'i'}]}}}",
                ANN))
        .isEqualTo(one);
  }

  @Test
  void whatIsNotSaidAnyMoreGoes() {
    JsonObject one =
        apply(
            null,
            "{'replicas':2,'minReadySeconds':7,'template':{'spec':{'nodeSelector':{'x':'1'},"
                + "'containers':[{'name':'c','image':'i','args':['x']},{'name':'d','image':'j'}]}}}",
            ANN);
    JsonObject two =
        apply(
            one,
            "{'replicas':2,'template':{'spec':{'containers':[{'name':'c','image':'i'}]}}}",
            ANN);
    assertThat(two.at("spec", "minReadySeconds")).isNull();
    assertThat(two.at("spec", "template", "spec", "nodeSelector")).isNull();
    List<JsonObject> containers = two.objectAt("spec", "template", "spec").objects("containers");
    assertThat(containers).hasSize(1);
    assertThat(containers.getFirst().get("args")).isNull();
    assertThat(containers.getFirst().get("imagePullPolicy")).isEqualTo("Always");
  }

  @Test
  void whatOthersWantStays() {
    String both = "{'containers':[{'name':'c','image':'i'},{'name':'d','image':'j'}]}";
    JsonObject one = apply(null, "{'replicas':2,'template':{'spec':" + both + "}}", ANN);
    JsonObject two =
        apply(
            one, "{'template':{'spec':{'containers':[{'name':'d','image':'j','tty':true}]}}}", BOB);
    JsonObject three =
        apply(
            two,
            "{'replicas':2,'template':{'spec':{'containers':[{'name':'c','image':'i'}]}}}",
            ANN);
    List<JsonObject> containers = three.objectAt("spec", "template", "spec").objects("containers");
    assertThat(containers).extracting(item -> item.string("name", "")).containsExactly("c", "d");
    assertThat(containers.get(1).bool("tty")).isTrue();
    assertThat(fields(three, "ann")).doesNotContain("\\\"d\\\"");
  }

  @Test
  void changesOfWhatOthersOwnConflict() {
    JsonObject one = apply(null, "{'replicas':2,'paused':false}", ANN);
    JsonObject same = apply(one, "{'replicas':2}", BOB);
    assertThat(fields(same, "bob")).contains("f:replicas");
    assertThat(outcome(one, "{'replicas':3}", BOB, false))
        .isInstanceOfSatisfying(
            ServerSideApply.Conflicts.class,
            conflicts -> {
              assertThat(conflicts.message())
                  .isEqualTo("Apply failed with 1 conflict: conflict with \"ann\": .spec.replicas");
              assertThat(conflicts.conflicts().getFirst().field()).isEqualTo(".spec.replicas");
            });
    JsonObject forced =
        ((ServerSideApply.Applied) outcome(one, "{'replicas':3}", BOB, true)).object();
    assertThat(forced.integerAt("spec", "replicas")).isEqualTo(3);
    assertThat(fields(forced, "ann")).doesNotContain("f:replicas");
    JsonObject updated = canonical(config("{'replicas':1,'minReadySeconds':2}"));
    ManagedFields.track(DEPLOYMENT, null, updated, KUBECTL, T1);
    assertThat(outcome(updated, "{'replicas':3,'minReadySeconds':3}", BOB, false))
        .isInstanceOfSatisfying(
            ServerSideApply.Conflicts.class,
            conflicts ->
                assertThat(conflicts.message())
                    .isEqualTo(
                        "Apply failed with 2 conflicts: conflicts with \"kubectl-create\" using"
                            + " apps/v1:\n"
                            + "- .spec.minReadySeconds\n"
                            + "- .spec.replicas"));
  }

  @Test
  void objectsThatNobodyOwnsGetAnOwnerFirst() {
    JsonObject old = canonical(config("{'replicas':1}"));
    JsonObject applied = apply(old, "{'replicas':1}", ANN);
    assertThat(fields(applied, "before-first-apply")).contains("f:progressDeadlineSeconds");
    assertThat(fields(applied, "ann")).contains("f:replicas");
  }

  @Test
  void customResourcesAreTakenApartByTheirKeys() {
    JsonObject one =
        ((ServerSideApply.Applied)
                ServerSideApply.apply(
                    null,
                    null,
                    json(
                        "{'apiVersion':'e.org/v1','kind':'W','metadata':{'name':'w','finalizers':['e.org/f']},"
                            + "'spec':{'list':[1,2],'map':{'x':1,'y':2}}}"),
                    ANN,
                    List.of(),
                    object -> object,
                    false,
                    T1))
            .object();
    JsonObject two =
        ((ServerSideApply.Applied)
                ServerSideApply.apply(
                    null,
                    one,
                    json(
                        "{'apiVersion':'e.org/v1','kind':'W','metadata':{'name':'w'},"
                            + "'spec':{'list':[3],'map':{'x':1}}}"),
                    ANN,
                    List.of(),
                    object -> object,
                    false,
                    T1))
            .object();
    assertThat(two.get("spec")).isEqualTo(json("{'list':[3],'map':{'x':1}}"));
    assertThat(two.object("metadata").strings("finalizers")).isEmpty();
  }

  @Test
  void managersThatOnlyUpdateAreBounded() {
    JsonObject object = canonical(config("{'replicas':0}"));
    ManagedFields.track(DEPLOYMENT, null, object, KUBECTL, T1);
    for (int i = 1; i <= 30; i++) {
      JsonObject next = object.deepCopy();
      next.ensureObject("metadata").ensureObject("labels").put("l" + i, "x");
      ManagedFields.track(
          DEPLOYMENT, object, next, FieldManager.update("m" + i, "apps/v1", ""), T1.plusSeconds(i));
      object = next;
    }
    assertThat(object.object("metadata").objects("managedFields"))
        .hasSizeLessThanOrEqualTo(ManagedFields.MAX_UPDATERS + 1);
    assertThat(fields(object, "ancient-changes")).contains("f:l1\"").contains("f:replicas");
  }
}
