using Ordo.Campus.Identity;
using Ordo.Campus.Records;
using Ordo.Campus.Shared.Data;

namespace Ordo.Campus.Seed;

/// <summary>A small campus without any files: the same every time.</summary>
internal static class MadeUpCampus
{
    public const string NoteText = """
        Lecture 1: what offline first means

        - The device is the first place a write goes to, not a cache of the server.
        - Two people can be right at the same time. Somebody, or some rule, decides.
        - Open question: what does "last" mean when clocks disagree?

        """;

    private const int StudentsPerCourse = 24;

    private static readonly (string Code, string Title, string Term)[] Catalogue =
    [
        ("DB1-2026J", "Introduction to Databases", "Autumn 2026"),
        ("NET-2026J", "Networks and Protocols", "Autumn 2026"),
        ("ETH-2026J", "Ethics of Computing", "Autumn 2026"),
    ];

    private static readonly Assessment[] Assessments =
    [
        new() { Id = 1, Label = "TMA 1", Weight = 15 }, new() { Id = 2, Label = "TMA 2", Weight = 15 },
        new() { Id = 3, Label = "CMA", Weight = 10 }, new() { Id = 4, Label = "Project", Weight = 20 },
        new() { Id = 5, Label = "Exam", Weight = 40 },
    ];

    public static CampusContent Create(long now)
    {
        Course[] courses = [.. Catalogue.Select((course, index) => new Course
        {
            Code = course.Code,
            Title = course.Title,
            Term = course.Term,
            StudentCount = StudentsPerCourse,
            Members = [.. CampusRole.All.Where(role => role.IsStaff || index < 2).Select(role => role.Name)],
            Assessments = [.. Assessments.Select(item => item with { Id = (index * 100) + item.Id })],
        })];
        return new CampusContent(courses, [.. courses.SelectMany(GradesOf)], Posts(now));
    }

    private static IEnumerable<CourseGrade> GradesOf(Course course)
    {
        for (int s = 0; s < StudentsPerCourse; s++)
        {
            int student = 10_031 + (s * 53);
            foreach (Assessment assessment in course.Assessments)
            {
                // Students differ, and exams are harder; no random source: the same run every time.
                int mixed = ((student * 31) + (assessment.Id * 17)) % 29;
                int score = Math.Clamp(52 + (student % 37) + mixed - ((assessment.Id % 100) * 3), 18, 98);
                bool isOpen = assessment.Id % 100 == 5 && s % 6 == 5;
                var grade = new Grade
                {
                    StudentId = student,
                    AssessmentId = assessment.Id,
                    DateSubmitted = 20 + ((assessment.Id % 100) * 30) + (s % 5),
                    Score = isOpen ? null : score,
                };
                yield return new CourseGrade(Course.GradesScope(course.Code), $"{student}/{assessment.Id}", grade);
            }
        }
    }

    private static List<KeyValuePair<string, Post>> Posts(long now)
    {
        (string Key, string Thread, string Title, string By, int MinutesAgo, string Body)[] posts =
        [
            ("t1", "", "Is the exam open book?", "student", 2_900,
                "The handbook says one sheet of notes. Does a printed cheat sheet count as one sheet, front and back?"),
            ("t1-1", "t1", "", "lecturer", 2_870, "Front and back, handwritten or printed. No magnifying glasses, please."),
            ("t1-2", "t1", "", "student", 2_860, "Thank you! Ordering a finer pen."),
            ("t2", "", "Project groups: two places left in ours", "student", 1_400,
                "We build an inventory for a seed library: people borrow seeds and bring back more. Two of us know SQL, none of us "
                + "can draw. Write here if you want in."),
            ("t2-1", "t2", "", "registrar", 1_340, "Group changes are possible until Friday; tell me the student numbers."),
            ("t3", "", "Lab on Thursday moves to the basement", "lecturer", 190,
                "The basement has no network. Bring the exercise on your device, everything we do works offline, and your results "
                + "go in when you are back upstairs."),
        ];
        return [.. posts.Select(post => KeyValuePair.Create(post.Key, new Post
        {
            Thread = post.Thread,
            Title = post.Title,
            By = post.By,
            At = now - (post.MinutesAgo * 60_000L),
            Body = post.Body,
        }))];
    }
}
