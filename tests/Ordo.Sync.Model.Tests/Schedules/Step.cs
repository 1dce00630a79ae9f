namespace Ordo.Sync.Model.Tests.Schedules;

/// <summary>
/// One step with all its choices, as plain numbers reduced to what the state offers when it runs. So a schedule stays
/// runnable when steps are taken out of it, which is how a failing one is made short.
/// </summary>
internal readonly record struct Step(StepKind Kind, int A, int B, int Scope, int Key, int Choice);
