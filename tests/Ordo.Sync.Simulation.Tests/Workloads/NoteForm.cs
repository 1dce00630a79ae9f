using System.Linq.Expressions;

namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>How one version of the app edits its notes.</summary>
/// <param name="Fill">A note with a text and a score, made of the one shown.</param>
/// <param name="Text">The text.</param>
/// <param name="Score">The score.</param>
internal sealed record NoteForm<T>(
    Func<T?, string, int, T> Fill, Expression<Func<T, string>> Text, Expression<Func<T, int>> Score)
    where T : class;
