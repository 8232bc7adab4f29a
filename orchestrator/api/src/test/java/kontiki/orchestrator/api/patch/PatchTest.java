package kontiki.orchestrator.api.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchTest {
  private static Object json(String text) {
    return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static JsonObject object(String text) {
    return (JsonObject) json(text);
  }

  /** Appendix A of RFC 7386, as far as it is about objects. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':'b'}|{'a':'c'}|{'a':'c'}",
        "{'a':'b'}|{'b':'c'}|{'a':'b','b':'c'}",
        "{'a':'b'}|{'a':null}|{}",
        "{'a':'b','b':'c'}|{'a':null}|{'b':'c'}",
        "{'a':['b']}|{'a':'c'}|{'a':'c'}",
        "{'a':'c'}|{'a':['b']}|{'a':['b']}",
        "{'a':{'b':'c'}}|{'a':{'b':'d','c':null}}|{'a':{'b':'d'}}",
        "{'a':[{'b':'c'}]}|{'a':[1]}|{'a':[1]}",
        "{'e':null}|{'a':1}|{'e':null,'a':1}",
        "{}|{'a':{'bb':{'ccc':null}}}|{'a':{'bb':{}}}"
      })
  void mergePatches(String before, String patch, String after) {
    assertThat(MergePatch.apply(object(before), object(patch))).isEqualTo(object(after));
  }

  /** Appendix A of RFC 6902 and what else Kubernetes' clients send. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'foo':'bar'}|[{'op':'add','path':'/baz','value':'qux'}]|{'foo':'bar','baz':'qux'}",
        "{'foo':['bar','baz']}|[{'op':'add','path':'/foo/1','value':'qux'}]|{'foo':['bar','qux','baz']}",
        "{'foo':[1]}|[{'op':'add','path':'/foo/-','value':null}]|{'foo':[1,null]}",
        "{'baz':1,'foo':2}|[{'op':'remove','path':'/baz'}]|{'foo':2}",
        "{'foo':[1,2,3]}|[{'op':'remove','path':'/foo/1'}]|{'foo':[1,3]}",
        "{'foo':[1,2,3]}|[{'op':'replace','path':'/foo/1','value':9}]|{'foo':[1,9,3]}",
        "{'a':{'b':1},'c':{}}|[{'op':'move','from':'/a/b','path':'/c/d'}]|{'a':{},'c':{'d':1}}",
        "{'a':{'b':1}}|[{'op':'copy','from':'/a','path':'/c'}]|{'a':{'b':1},'c':{'b':1}}",
        "{'a/b':1,'m~n':2}|[{'op':'remove','path':'/a~1b'},{'op':'test','path':'/m~0n','value':2}]|{'m~n':2}",
        "{'a':[1]}|[{'op':'test','path':'/a','value':[1]},{'op':'replace','path':'','value':{'b':2}}]|{'b':2}"
      })
  void jsonPatches(String before, String patch, String after) {
    assertThat(JsonPatch.apply(object(before), json(patch))).isEqualTo(object(after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{'op':'replace','path':'/x','value':1}]|INAPPLICABLE",
        "[{'op':'remove','path':'/x'}]|INAPPLICABLE",
        "[{'op':'remove','path':'/a/1'}]|INAPPLICABLE",
        "[{'op':'add','path':'/a/2','value':1}]|INAPPLICABLE",
        "[{'op':'add','path':'/x/y','value':1}]|INAPPLICABLE",
        "[{'op':'test','path':'/a','value':2}]|INAPPLICABLE",
        "[{'op':'move','from':'/a','path':'/a/0'}]|INAPPLICABLE",
        "[{'op':'replace','path':'','value':1}]|INAPPLICABLE",
        "[{'op':'add','path':'/x'}]|MALFORMED",
        "[{'op':'jump','path':'/x'}]|MALFORMED",
        "[{'op':'add','path':'x','value':1}]|MALFORMED",
        "{}|MALFORMED",
        "[1]|MALFORMED"
      })
  void jsonPatchesThatDoNotFit(String patch, PatchException.Reason reason) {
    JsonObject before = object("{'a':[1]}");
    assertThatThrownBy(() -> JsonPatch.apply(before, json(patch)))
        .isInstanceOfSatisfying(
            PatchException.class, wrong -> assertThat(wrong.reason()).isEqualTo(reason));
    assertThat(before).isEqualTo(object("{'a':[1]}"));
  }

  /** On a pod's spec, where containers and volumes merge by name and tolerations do not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'containers':[{'name':'a','image':'1'},{'name':'b'}]}|{'containers':[{'name':'a','image':'2'},{'name':'c'}]}"
            + "|{'containers':[{'name':'a','image':'2'},{'name':'b'},{'name':'c'}]}",
        "{'containers':[{'name':'a'},{'name':'b'}]}|{'containers':[{'name':'a','$patch':'delete'}]}|{'containers':[{'name':'b'}]}",
        "{'containers':[{'name':'a'},{'name':'b'}]}|{'containers':[{'$patch':'replace'},{'name':'c'}]}|{'containers':[{'name':'c'}]}",
        "{'tolerations':[{'key':'a'}]}|{'tolerations':[{'key':'b'}]}|{'tolerations':[{'key':'b'}]}",
        "{'nodeSelector':{'a':'1','b':'2'}}|{'nodeSelector':{'a':null,'c':'3'}}|{'nodeSelector':{'b':'2','c':'3'}}",
        "{'nodeSelector':{'a':'1'}}|{'nodeSelector':{'$patch':'replace','c':'3'}}|{'nodeSelector':{'c':'3'}}",
        "{'nodeSelector':{'a':'1'}}|{'nodeSelector':{'$patch':'delete'}}|{'nodeSelector':{}}",
        "{'volumes':[{'name':'v','emptyDir':{}}]}|{'volumes':[{'name':'v','$retainKeys':['name','hostPath'],'hostPath':{'path':'/x'}}]}"
            + "|{'volumes':[{'name':'v','hostPath':{'path':'/x'}}]}",
        "{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}|{'$setElementOrder/containers':[{'name':'c'},{'name':'a'}],'containers':[{'name':'a','image':'x'}]}"
            + "|{'containers':[{'name':'b'},{'name':'c'},{'name':'a','image':'x'}]}",
        "{}|{'containers':[{'name':'a','image':null,'env':[{'name':'x','$patch':'delete'}]}]}|{'containers':[{'name':'a','env':[]}]}",
        "{'hostname':'a'}|{'hostname':null,'subdomain':'s'}|{'subdomain':'s'}"
      })
  void strategicMergePatches(String before, String patch, String after) {
    assertThat(
            StrategicMergePatch.apply(
                BuiltinSchemas.struct("core/v1", "PodSpec"), object(before), object(patch)))
        .hasToString(object(after).toString());
  }

  @Test
  void strategicMergeOfPrimitiveLists() {
    JsonObject after =
        StrategicMergePatch.apply(
            BuiltinSchemas.struct("meta/v1", "ObjectMeta"),
            object("{'finalizers':['a','b','c']}"),
            object(
                "{'$deleteFromPrimitiveList/finalizers':['b'],'$setElementOrder/finalizers':['d','a'],"
                    + "'finalizers':['d']}"));
    assertThat(after).hasToString("{\"finalizers\":[\"d\",\"a\",\"c\"]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'$patch':'x'}|unknown patch type",
        "{'containers':[{'image':'x'}]}|declared merge key: name",
        "{'volumes':[{'name':'v','$retainKeys':['name'],'hostPath':{}}]}|not in the retainKeys"
            + " list",
        "{'$setElementOrder/containers':{}}|a list is expected"
      })
  void refusesMalformedStrategicPatches(String patch, String message) {
    assertThatThrownBy(() ->
            StrategicMergePatch.apply(
                BuiltinSchemas.struct("core/v1", "PodSpec"),
                object("{'volumes':[{'name':'v'}]}"),
                object(patch)))
        .isInstanceOf(PatchException.class)
        .hasMessageContaining(message);
  }
}
