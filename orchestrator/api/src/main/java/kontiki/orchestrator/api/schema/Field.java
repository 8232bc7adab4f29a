package kontiki.orchestrator.api.schema;

/**
 * A field of a struct.
 *
 * @param name its key in JSON; empty for an inlined struct, whose fields stand among the parent's
 * @param number its number in protobuf
 * @param position its place among the struct's own fields, in Go's order
 * @param schema the form of its value
 * @param pointer whether absent differs from zero
 * @param always whether it is written even when empty
 * @param omitZero whether a struct value is left out when it is empty
 * @param inline whether it is an inlined struct
 */
public record Field(
    String name,
    int number,
    int position,
    Schema schema,
    boolean pointer,
    boolean always,
    boolean omitZero,
    boolean inline) {}
