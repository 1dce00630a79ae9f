namespace Ordo.Sync.Documentation.Tests;

/// <summary>What a reader copies from a page compiles.</summary>
public sealed class CodeSampleTests
{
    public static TheoryData<string> PagesWithCode =>
        [.. Pages.All.Where(page => CodeSample.Of(Pages.Read(page)).Any(sample => !sample.IsHidden))];

    [Theory]
    [MemberData(nameof(PagesWithCode))]
    public void Every_sample_of_a_page_compiles(string page)
    {
        var compiler = new SampleCompiler();
        string[] errors = [.. CodeSample.Of(Pages.Read(page)).SelectMany(compiler.Compile)];

        Assert.True(errors.Length == 0, $"{page}\n{string.Join('\n', errors)}");
    }

    [Fact]
    public void A_sample_that_does_not_compile_is_found()
    {
        var compiler = new SampleCompiler();
        CodeSample[] samples = [.. CodeSample.Of("text\n```csharp\nint one = 1;\n```\n<!-- csharp\nint two = one;\n-->\n```csharp\nint three = four;\n```")];

        Assert.Equal([0, 0, 1], samples.Select(sample => compiler.Compile(sample).Count));
        Assert.Equal([3, 6, 9], samples.Select(sample => sample.Line));
    }
}
