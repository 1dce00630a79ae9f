namespace Ordo.Sync.Core.Tests.Architecture.Samples.Stray;

internal sealed class Wanderer;
