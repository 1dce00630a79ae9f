namespace Ordo.Sync.Testing.Tests.Faults;

/// <summary>A sentence of the contract that a store breaks.</summary>
/// <param name="Name">What the store does wrong.</param>
/// <param name="Method">The method that does it.</param>
/// <param name="Intercept">
/// What it does instead; may change the arguments, proceed or not, and return something else.
/// </param>
internal sealed record StoreFault(string Name, string Method, Func<object?[], Func<object?>, object?> Intercept);
