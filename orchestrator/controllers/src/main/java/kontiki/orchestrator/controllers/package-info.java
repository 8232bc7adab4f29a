/** The control loops: each decides from an immutable view, then acts through the API. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers;
