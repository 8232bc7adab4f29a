/** Breaks a cluster on purpose and checks what it promised. */
@org.jspecify.annotations.NullMarked
package kontiki.chaos;
