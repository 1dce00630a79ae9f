namespace Ordo.Sync.Core.Tests.Architecture.Samples.Records;

internal sealed record Note(string Text);
